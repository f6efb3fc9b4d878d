import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const { closingLine, countPlaywright, countVitest, settleCounts } = await import(
  new URL("./count-tests.mjs", import.meta.url).href
);

const folder = mkdtempSync(join(tmpdir(), "milepost-count-"));
const report = join(folder, "report.json");
afterAll(() => rmSync(folder, { recursive: true }));

test("counts vitest's report", () => {
  writeFileSync(
    report,
    JSON.stringify({ numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 }),
  );
  expect(countVitest(report)).toEqual({ passed: 5, failed: 1, skipped: 3 });
});

test("counts Playwright's report; a flaky test has passed", () => {
  writeFileSync(report, JSON.stringify({ stats: { expected: 4, unexpected: 2, flaky: 1, skipped: 3 } }));
  expect(countPlaywright(report)).toEqual({ passed: 5, failed: 2, skipped: 3 });
});

test("a part that failed without a failed test counts as one failure", () => {
  writeFileSync(report, "not JSON");
  expect(countVitest(report)).toBeNull();
  expect(settleCounts(null, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(settleCounts({ passed: 3, failed: 0, skipped: 1 }, false)).toEqual({
    passed: 3,
    failed: 1,
    skipped: 1,
  });
  expect(settleCounts({ passed: 3, failed: 2, skipped: 0 }, false)).toEqual({
    passed: 3,
    failed: 2,
    skipped: 0,
  });
});

test("the closing line is the sum", () => {
  const counts = [
    { passed: 1, failed: 2, skipped: 3 },
    { passed: 10, failed: 20, skipped: 30 },
  ];
  expect(closingLine(counts)).toBe("11 passed, 22 failed, 33 skipped");
});
