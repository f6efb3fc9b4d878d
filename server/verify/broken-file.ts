/** The file is no report that can be recomputed; the sentence says why, with the line where there is one. */
export class BrokenFile extends Error {
  override name = "BrokenFile";
}

export const atLine = (line: number, words: string): BrokenFile => new BrokenFile(`Line ${line}: ${words}`);
