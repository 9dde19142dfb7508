import { Offline } from "./api";

let isLost = false;

/** What the stream of changes notices of the connection. */
export const noteReach = (isReached: boolean) => {
  isLost = !isReached;
};

/** Whether a page can be fetched. Asked only when in doubt: without an answer, Next would leave for the browser's own error page. */
export async function makeSure(): Promise<void> {
  if (navigator.onLine && !isLost) return;
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) throw new Offline();
  isLost = false;
}

export const isInDoubt = () => !navigator.onLine || isLost;
