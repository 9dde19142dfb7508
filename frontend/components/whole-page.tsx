import { loadAgain } from "@/lib/load-again";

/** Loads the page again when it came without one of its parts. Parts that are wanted later: `RefusedPage`. */
export function WholePage() {
  const script = `(${whenIncomplete})(${loadAgain})`;
  // biome-ignore lint/security/noDangerouslySetInnerHtml: our own words; a script of its own could be the part that is missing.
  return <script dangerouslySetInnerHTML={{ __html: script }} />;
}

/** Becomes text: it names nothing from outside. */
function whenIncomplete(act: () => void) {
  const parts = "/_next/static/";
  let isIncomplete = false;
  const note = ({ target }: Event) => {
    const address =
      target instanceof HTMLScriptElement ? target.src : target instanceof HTMLLinkElement ? target.href : "";
    isIncomplete ||= address.includes(parts);
  };
  const look = () => {
    removeEventListener("error", note, true);
    // Some may have failed before this was run, while the browser waited for styles.
    const loaded = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
    isIncomplete ||= loaded.some(({ name, responseStatus }) => name.includes(parts) && responseStatus >= 400);
    if (isIncomplete) act();
  };
  addEventListener("error", note, true);
  addEventListener("load", look, { once: true });
}
