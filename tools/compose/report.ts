/** One line per check, as it comes. */
export class Report {
  passed = 0;
  failed = 0;
  readonly leftOut: string[] = [];

  async check(what: string, work: () => Promise<unknown>): Promise<boolean> {
    const began = performance.now();
    const seconds = () => `${((performance.now() - began) / 1_000).toFixed(1)} s`;
    try {
      const found = await work();
      this.passed++;
      console.log(`  ok  ${what} (${typeof found === "string" && found !== "" ? `${found}; ` : ""}${seconds()})`);
      return true;
    } catch (error) {
      this.failed++;
      console.log(`FAIL  ${what} (${seconds()}): ${error instanceof Error ? error.message : error}`);
      return false;
    }
  }

  leaveOut(what: string): void {
    this.leftOut.push(what);
    console.log(`LEFT OUT  ${what}`);
  }

  summary(): void {
    for (const what of this.leftOut) console.log(`LEFT OUT: ${what}`);
    console.log(`${this.passed} passed, ${this.failed} failed`);
    if (this.failed > 0) process.exitCode = 1;
  }
}
