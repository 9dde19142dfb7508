import { Agent, type Dispatcher } from "undici";

export type ReplicaOptions = {
  /** Asked at each request. */
  addresses: readonly string[];
  /** Longest wait for an answer to begin, in milliseconds. */
  patienceMs: number;
};

/**
 * Sends to the replica that a request names, or to another where that one refuses the connection, or is of a version that does not have
 * the part of a page that is asked for. Each keeps connections of its own.
 */
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
    const isPart = options.method === "GET" && options.path.startsWith("/_next/static/");
    // That nobody has it, the first one says, whatever became of the others.
    if (isPart && others.length > 0) others.push(String(options.origin));
    const send = (origin: typeof options.origin): boolean => {
      const next = others.shift();
      if (!next) return dispatch({ ...options, origin }, handler);
      return dispatch({ ...options, origin }, passingOver(handler, { isPart, moveOn: () => send(next) }));
    };
    return send(options.origin);
  });
}

type Passing = { isPart: boolean; moveOn(): void };

/** Nothing has been sent over a connection that was refused, so that nothing is sent twice but a part of a page. */
function passingOver(handler: Dispatcher.DispatchHandler, { isPart, moveOn }: Passing): Dispatcher.DispatchHandler {
  let isPassed = false;
  return {
    onRequestStart: (...given) => handler.onRequestStart?.(...given),
    onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
    onResponseStart(controller, status, ...given) {
      isPassed = isPart && status === 404;
      if (!isPassed) handler.onResponseStart?.(controller, status, ...given);
    },
    onResponseData: (...given) => void (isPassed || handler.onResponseData?.(...given)),
    onResponseEnd(...given) {
      if (isPassed) moveOn();
      else handler.onResponseEnd?.(...given);
    },
    onResponseError(controller, error) {
      const isRefused = "code" in error && error.code === "ECONNREFUSED";
      if (isRefused || isPassed) moveOn();
      else handler.onResponseError?.(controller, error);
    },
  };
}
