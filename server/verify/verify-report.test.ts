import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readFileBytes } from "./read-lines.ts";
import { verifyReport } from "./verify-report.ts";

const header = {
  type: "header",
  format: "milepost-delivery-report",
  formatVersion: 1,
  definition: { figures: 2, attribution: 3 },
  writtenAt: "2026-11-21T12:00:00.000Z",
  scope: { kind: "organisation", ref: null, name: "All services", services: 0 },
  window: { from: "2026-08-24", to: "2026-11-22" },
  calendar: { timeZone: "UTC", weekStartsOn: 1 },
  options: { exclusions: true, bots: true },
  rules: {},
};
const line = (row: object) => `${JSON.stringify(row)}\n`;

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}
const sentence = (...texts: string[]) =>
  verifyReport(chunks(...texts)).then(
    () => "no complaint",
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe("what is no report", () => {
  test("is told with a sentence, and with the line where there is one", async () => {
    expect(await sentence("")).toBe("BrokenFile: The file is empty");
    expect(await sentence("name,value\n1,2\n")).toMatch(/This is no report of delivery figures/);
    expect(await sentence(line({ type: "header", format: "other" }))).toMatch(/This is no report/);
    expect(await sentence(line({ ...header, formatVersion: 9 }))).toMatch(
      /version 9 of the format; this program reads version 1/,
    );
    expect(await sentence(line({ ...header, definition: { figures: 99, attribution: 3 } }))).toMatch(
      /follow definition 99\.3; this program knows/,
    );
    expect(await sentence(line(header), '{"type":"service"')).toMatch(
      /Line 2: it is no JSON: the file was cut off/,
    );
    expect(await sentence(line(header), line({ type: "deployment", key: "a" }))).toMatch(
      /Line 2: a deployment stands outside of a service/,
    );
    expect(await sentence(line(header), line({ type: "stranger" }))).toMatch(
      /Line 2: "stranger" is no line of this format/,
    );
    expect(await sentence(line(header))).toMatch(/cut off: its closing line is missing/);
    expect(await sentence(line(header), line({ type: "service" }))).toMatch(/Line 2: ref is missing/);
    const zone = { ...header, calendar: { timeZone: "Mars/Olympus", weekStartsOn: 1 } };
    expect(await sentence(line(zone))).toMatch(/Line 1: the time zone Mars\/Olympus is not known/);
    const backwards = { ...header, window: { from: "2026-11-22", to: "2026-08-24" } };
    expect(await sentence(line(backwards))).toMatch(/Line 1: the window is no stretch of days/);
    const service = line({ type: "service", ref: "component:default/a", owned: [{}] });
    const bad = line({ type: "deployment", key: "a", environment: "p", createdAt: "yesterday" });
    expect(await sentence(line(header), service, bad)).toMatch(/Line 3: createdAt is not a moment such as/);
    expect(await sentence(line(header), service, service)).toMatch(
      /Line 3: component:default\/a is in the file twice/,
    );
  });

  test("is not read to an end that never comes", async () => {
    async function* endless(text: string) {
      for (;;) yield Buffer.from(text);
    }
    const limits = { line: 10_000, file: 100_000 };
    await expect(verifyReport(endless("x".repeat(999)), limits)).rejects.toThrow(
      /Line 1: it is longer than 10000 bytes/,
    );
    async function* linesForEver() {
      yield Buffer.from(line(header));
      for (;;) yield Buffer.from(line({ type: "calendar-day" }));
    }
    await expect(verifyReport(linesForEver(), limits)).rejects.toThrow(
      /longer than 100000 bytes: it is not read any further/,
    );
  });

  test("is told of packed and missing files, too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "verify-"));
    try {
      const whole = gzipSync(line(header).repeat(1000));
      writeFileSync(join(folder, "cut.gz"), whole.subarray(0, whole.length - 20));
      await expect(verifyReport(readFileBytes(join(folder, "cut.gz")))).rejects.toThrow(
        /cut off or damaged|no line/,
      );
      // A few bytes that would be a gigabyte.
      writeFileSync(join(folder, "bomb.gz"), gzipSync(Buffer.alloc(64 * 2 ** 20, "x")));
      await expect(verifyReport(readFileBytes(join(folder, "bomb.gz")))).rejects.toThrow(
        /Line 1: it is longer than 8 MB/,
      );
      await expect(verifyReport(readFileBytes(join(folder, "none")))).rejects.toThrow(/There is no file/);
      await expect(verifyReport(readFileBytes(folder))).rejects.toThrow(/is a folder/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the program", () => {
  const folder = fileURLToPath(new URL(".", import.meta.url));

  test("runs without anything else of this repository, and ends with 1 for what is no report", async () => {
    const other = mkdtempSync(join(tmpdir(), "alone-"));
    try {
      for (const name of readdirSync(folder).filter((one) => !one.includes(".test.")))
        writeFileSync(join(other, name), readFileSync(join(folder, name)));
      writeFileSync(join(other, "package.json"), '{"type":"module"}');
      writeFileSync(join(other, "file"), "nothing\n");
      const ended = await new Promise<{ code: unknown; told: string }>((resolve) =>
        execFile(process.execPath, [join(other, "main.ts"), join(other, "file")], (error, _, told) =>
          resolve({ code: error?.code, told }),
        ),
      );
      expect(ended.told).toContain("This is no report of delivery figures");
      expect(ended.code).toBe(1);
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  test("imports nothing but its own files and Node's modules", () => {
    for (const name of readdirSync(folder).filter((one) => one.endsWith(".ts") && !one.includes(".test.")))
      for (const [, from = ""] of readFileSync(join(folder, name), "utf8").matchAll(/\bfrom "([^"]+)"/g))
        expect(from, name).toMatch(/^(node:|\.\/)/);
  });
});
