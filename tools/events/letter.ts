/** A message that a consumer refused, or failed on for longer than the retries last. */
export type Letter = {
  /** `<dead-letter topic>/<partition>/<offset>`. */
  id: string;
  at: Date;
  /** Where it came from, and where it is sent again. */
  topic: string;
  key: string | null;
  /** Who could not take it; null where the engine does not note it. */
  group: string | null;
  reason: string | null;
  event: unknown;
};

/** The dead letters of one engine. */
export type Letters = {
  /** Those not sent again yet, the newest first. */
  list(): Promise<Letter[]>;
  /** Puts letters, and the others of the same message, into their own topic again, once for each message, with key, headers and event as they were, and never lists them again. Null: done when Tend runs. */
  resend(ids: string[]): Promise<number | null>;
};
