type Seen = { subject: string; version: number };

/** What a subscriber saw, judged on the first sight of each event: within a key no version may come after a newer one. */
export class Arrivals {
  /** When the first event of a subject came, by this process's clock. */
  readonly firstAt = new Map<string, number>();
  readonly #seen = new Set<string>();
  readonly #newest = new Map<string, Seen["version"]>();
  #duplicates = 0;
  #overtaken = 0;

  note(id: string, { subject, version }: Seen, at: number): void {
    if (this.#seen.has(id)) {
      this.#duplicates += 1;
      return;
    }
    this.#seen.add(id);
    if (!this.firstAt.has(subject)) this.firstAt.set(subject, at);
    const newest = this.#newest.get(subject) ?? Number.NEGATIVE_INFINITY;
    if (version < newest) this.#overtaken += 1;
    else this.#newest.set(subject, version);
  }

  /** Of those ids; what else came does not count. */
  lost(ids: readonly string[]): number {
    return ids.filter((id) => !this.#seen.has(id)).length;
  }

  /** Since the beginning: events that came again, and events that came after a newer one of their key. */
  get totals() {
    return { duplicates: this.#duplicates, overtaken: this.#overtaken };
  }
}
