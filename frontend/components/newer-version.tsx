const tries = 5;
const withinMs = 5 * 60_000;

/** Loads the page again when a part of it is gone, since Tend has got another version meanwhile: a page and its parts are of one version. */
export function NewerVersion() {
  const script = `(${loadAgainWhenGone})(${tries}, ${withinMs})`;
  // biome-ignore lint/security/noDangerouslySetInnerHtml: our own words, which have to be there before any part is loaded.
  return <script dangerouslySetInnerHTML={{ __html: script }} />;
}

/** Becomes text: it may name nothing from outside. Without a network nothing is gone, and what the page shows stays. */
function loadAgainWhenGone(tries: number, withinMs: number) {
  let isLeaving = false;
  const whenPartFails = async ({ target }: Event) => {
    const address =
      target instanceof HTMLScriptElement ? target.src : target instanceof HTMLLinkElement ? target.href : "";
    if (isLeaving || !address.includes("/_next/static/")) return;
    isLeaving = true;
    const answer = await fetch(address, { cache: "no-store" }).catch(() => undefined);
    const tried: number[] = JSON.parse(sessionStorage.getItem("loaded-again") ?? "[]");
    const recent = tried.filter((at) => at > Date.now() - withinMs);
    isLeaving = answer !== undefined && answer.status < 500 && recent.length < tries;
    if (!isLeaving) return;
    sessionStorage.setItem("loaded-again", JSON.stringify([...recent, Date.now()]));
    // At once, and then after 1, 3, 7 and 15 s: replicas of two versions may take turns for a while.
    setTimeout(() => location.reload(), 1_000 * (2 ** recent.length - 1));
  };
  addEventListener("error", whenPartFails, true);
}
