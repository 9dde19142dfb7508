/**
 * Loads a page again that lacks a part, since Tend has got another version: at once, then after 1, 3, 7 and 15 s, while replicas of two
 * versions may take turns; at most five times in five minutes, and not while Tend does not answer. Also becomes text in the page: it names
 * nothing from outside.
 */
export async function loadAgain(): Promise<void> {
  const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => undefined);
  if (!answer || answer.status >= 500) return;
  try {
    const tried: number[] = JSON.parse(sessionStorage.getItem("loaded-again") ?? "[]");
    const recent = tried.filter((at) => at > Date.now() - 5 * 60_000);
    if (recent.length >= 5) return;
    sessionStorage.setItem("loaded-again", JSON.stringify([...recent, Date.now()]));
    setTimeout(() => location.reload(), 1_000 * (2 ** recent.length - 1));
  } catch {
    // What cannot be counted might never end.
  }
}
