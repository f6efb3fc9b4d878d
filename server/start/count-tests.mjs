import { existsSync, readFileSync } from "node:fs";

/** `{ passed, failed, skipped }` of vitest's JSON report; null where there is none. */
export function countVitest(file) {
  const report = readReport(file);
  if (!report) return null;
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = report;
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
}

/** The same of Playwright's; a test that passed at its second try has passed. */
export function countPlaywright(file) {
  const stats = readReport(file)?.stats;
  if (!stats) return null;
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
}

/** A part that failed although no test of it did (it could not start, say) counts as one failure. */
export function settleCounts(counts, isGood) {
  const settled = counts ?? { passed: 0, failed: 0, skipped: 0 };
  return !isGood && settled.failed === 0 ? { ...settled, failed: 1 } : settled;
}

export function closingLine(all) {
  const sum = (key) => all.reduce((total, counts) => total + counts[key], 0);
  return `${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`;
}

function readReport(file) {
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
