export type Difference = { line: number; words: string };

const mostDifferences = 1000;

/** What the recomputation came to. */
export class Findings {
  /** The first of them, in the order of the file's parts. */
  readonly differences: Difference[] = [];
  differenceCount = 0;
  /** Rows that were worked out again from facts. */
  rows = 0;
  /** Services whose rows were taken as they stand. */
  readonly given: string[] = [];
  /** Changes whose beginning is taken as it stands. */
  givenStarts = 0;

  differ(line: number, words: string): void {
    this.differenceCount += 1;
    if (this.differences.length < mostDifferences) this.differences.push({ line, words });
  }

  row(isSame: boolean, line: number, words: () => string): void {
    this.rows += 1;
    if (!isSame) this.differ(line, words());
  }
}
