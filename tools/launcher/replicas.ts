import { Agent, type Dispatcher } from "undici";

export type ReplicaOptions = {
  /** Asked at each request. */
  addresses: readonly string[];
  /** Longest wait for an answer to begin, in milliseconds. */
  patienceMs: number;
};

/** Sends to the replica that a request names, or to another where that one refuses the connection. Each keeps connections of its own. */
export function connectTo({ addresses, patienceMs }: ReplicaOptions): Dispatcher.ComposedDispatcher {
  const limits = {
    connections: 256,
    pipelining: 1,
    bodyTimeout: 0,
    headersTimeout: patienceMs,
    keepAliveTimeout: 4_000,
  };
  return new Agent(limits).compose((dispatch) => (options, handler) => {
    const others = addresses.filter((address) => address !== options.origin);
    const send = (origin: typeof options.origin): boolean => {
      const next = others.shift();
      return dispatch({ ...options, origin }, next ? passingOver(handler, () => send(next)) : handler);
    };
    return send(options.origin);
  });
}

/** Nothing has been sent over a connection that was refused, so that nothing is sent twice. */
const passingOver = (handler: Dispatcher.DispatchHandler, moveOn: () => void): Dispatcher.DispatchHandler => ({
  onRequestStart: (...given) => handler.onRequestStart?.(...given),
  onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
  onResponseStart: (...given) => handler.onResponseStart?.(...given),
  onResponseData: (...given) => handler.onResponseData?.(...given),
  onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
  onResponseError(controller, error) {
    const isRefused = "code" in error && error.code === "ECONNREFUSED";
    if (isRefused) moveOn();
    else handler.onResponseError?.(controller, error);
  },
});
