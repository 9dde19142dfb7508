/** Counts work, never time, so that two machines agree where a search is given up. */
export class Steps {
  /** Under 10 ms of work; no rule that a person would write comes near it. */
  static readonly limit = 60_000;
  taken = 0;

  take(count: number): void {
    this.taken += count;
    if (this.taken > Steps.limit) throw new OutOfSteps("The rule needs too many steps.");
  }
}

export class OutOfSteps extends Error {}
