import { createHash, type Hash } from "node:crypto";
import { atLine, BrokenFile } from "./broken-file.ts";
import type { Findings } from "./findings.ts";
import type { Parsed } from "./parse-line.ts";
import type { Line } from "./read-lines.ts";

const carriageReturn = 13;

/**
 * Follows the two kinds of hashes while the file is read: one over all lines before the last, and seals, each over the
 * lines since the one before it, so that a change can be told to within a hundred lines.
 */
export class Seals {
  private readonly whole: Hash = createHash("sha256");
  private part: Hash = createHash("sha256");
  private partFrom = 1;
  private end: { line: number; lines: number; sha256: string; computed: string } | null = null;
  private sealed = 0;
  private readonly findings: Findings;

  constructor(findings: Findings) {
    this.findings = findings;
  }

  take({ bytes }: Line, parsed: Parsed): void {
    const { line, type } = parsed;
    if (bytes.at(-2) === carriageReturn) this.findings.hasWindowsEnds = true;
    if (this.end) throw atLine(line, "it stands behind the closing line, where nothing may be");
    if (type === "end") {
      this.checkPart(parsed);
      this.end = {
        line,
        lines: parsed.number("lines"),
        sha256: parsed.text("sha256"),
        computed: this.whole.digest("hex"),
      };
      return;
    }
    this.whole.update(bytes);
    if (type !== "seal") {
      this.part.update(bytes);
      return;
    }
    this.checkPart(parsed);
    this.part = createHash("sha256");
    this.partFrom = line + 1;
  }

  private checkPart(seal: Parsed): void {
    this.sealed += 1;
    const isLast = seal.type === "end";
    if (seal.text(isLast ? "part" : "sha256") === this.part.digest("hex")) return;
    const to = seal.line - 1;
    this.findings.unseal(
      seal.line,
      to < this.partFrom
        ? "a line before this one was removed"
        : `something in lines ${this.partFrom} to ${to} was changed, added or removed after the report was written`,
    );
  }

  /** Once all lines were read: whether the file is as it was written. */
  finish(): boolean {
    if (!this.end) throw new BrokenFile("The file was cut off: its closing line is missing");
    const { line, lines, sha256, computed } = this.end;
    if (lines !== line - 1)
      this.findings.unseal(
        line,
        `the file had ${lines} lines before this one when it was written, and has ${line - 1}`,
      );
    if (sha256 !== computed)
      this.findings.unseal(line, "the hash of the whole file is wrong: it is not as it was written");
    return lines === line - 1 && sha256 === computed;
  }
}
