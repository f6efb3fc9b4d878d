import { createHash } from "node:crypto";

/** So many lines stand between two seals: a change can be told to within them. */
const linesOfSeal = 100;

/**
 * Adds to lines what lets a reader see that they are as they were written: a seal after each hundred lines, with the
 * SHA-256 of those, and a closing line with the SHA-256 of all bytes before it.
 */
export async function* sealLines(batches: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  const whole = createHash("sha256");
  let part = createHash("sha256");
  let [lines, inPart] = [0, 0];
  for await (const batch of batches) {
    let text = "";
    for (const row of batch) {
      const line = `${JSON.stringify(row)}\n`;
      part.update(line);
      text += line;
      lines += 1;
      inPart += 1;
      if (inPart < linesOfSeal) continue;
      text += `${JSON.stringify({ type: "seal", lines: inPart, sha256: part.digest("hex") })}\n`;
      part = createHash("sha256");
      lines += 1;
      inPart = 0;
    }
    whole.update(text);
    yield text;
  }
  const end = { type: "end", lines, part: part.digest("hex"), sha256: whole.digest("hex") };
  yield `${JSON.stringify(end)}\n`;
}
