import { noteReach } from "../reach";

/**
 * One stream of changes per browser: the tab that holds the lock reads it and tells the others. When that tab closes, the
 * next one takes over from the cursor it has seen.
 */
export type Signal =
  | { kind: "change"; cursor: string; event: unknown }
  | { kind: "notification" }
  | { kind: "opened" }
  | { kind: "lost" };

/** Milliseconds; spread, since a server that was away answers all pages no in one moment. */
const openAgainAfter = () => 5_000 + Math.random() * 5_000;

const lockName = "tend-stream";
const channelName = "tend-stream";

export function listen(onSignal: (signal: Signal) => void, cursor: () => string): () => void {
  const channel = new BroadcastChannel(channelName);
  const stopping = new AbortController();
  channel.onmessage = (message: MessageEvent<Signal>) => onSignal(message.data);
  const tell = (signal: Signal) => {
    if (stopping.signal.aborted) return;
    channel.postMessage(signal);
    onSignal(signal);
  };
  const lead = () => readStream(tell, cursor, stopping.signal);
  if (navigator.locks) navigator.locks.request(lockName, { signal: stopping.signal }, lead).catch(() => {});
  else void lead();
  return () => {
    stopping.abort();
    channel.close();
  };
}

/** Resolves, and so gives up the lock, only when the page stops listening. */
function readStream(tell: (signal: Signal) => void, cursor: () => string, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let source: EventSource;
    let retry: ReturnType<typeof setTimeout>;
    const open = (from: string) => {
      source = new EventSource(`/api/v1/stream${from ? `?cursor=${encodeURIComponent(from)}` : ""}`);
      source.addEventListener("ready", () => {
        noteReach(true);
        tell({ kind: "opened" });
      });
      source.addEventListener("change", (message) => {
        tell({ kind: "change", cursor: message.lastEventId, event: JSON.parse(message.data) });
      });
      source.addEventListener("notification", () => tell({ kind: "notification" }));
      // EventSource comes back by itself, when the server told it to, unless it was answered: a cursor too old, or signed out.
      source.onerror = () => {
        noteReach(false);
        if (source.readyState !== EventSource.CLOSED) return;
        tell({ kind: "lost" });
        retry = setTimeout(() => open(""), openAgainAfter());
      };
    };
    open(cursor());
    stop.addEventListener("abort", () => {
      clearTimeout(retry);
      source.close();
      resolve();
    });
  });
}
