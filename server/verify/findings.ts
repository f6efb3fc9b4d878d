export type Difference = { line: number; words: string };

const mostDifferences = 1000;

/** What the recomputation came to. */
export class Findings {
  /** The first of them, in the order of the file's parts. */
  readonly differences: Difference[] = [];
  differenceCount = 0;
  /** Where hashes say that the bytes are others than were written; the first of them, and how many. */
  readonly unsealed: Difference[] = [];
  unsealedCount = 0;
  /** The lines end as Windows ends them: a program that opened the file has written it anew. */
  hasWindowsEnds = false;
  /** Rows that were worked out again from facts. */
  rows = 0;
  /** Services whose rows were taken as they stand. */
  readonly given: string[] = [];
  /** Services of whose past a part was not read. */
  readonly cutOff: string[] = [];
  /** Changes whose beginning is taken as it stands. */
  givenStarts = 0;

  differ(line: number, words: string): void {
    this.differenceCount += 1;
    if (this.differences.length < mostDifferences) this.differences.push({ line, words });
  }

  unseal(line: number, words: string): void {
    this.unsealedCount += 1;
    if (this.unsealed.length < mostDifferences) this.unsealed.push({ line, words });
  }

  row(isSame: boolean, line: number, words: () => string): void {
    this.rows += 1;
    if (!isSame) this.differ(line, words());
  }
}
