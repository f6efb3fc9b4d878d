// `npm test`: checks, unit and integration tests, browser tests; `npm test -- unit` runs the named parts only.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { closingLine, countPlaywright, countVitest, settleCounts } from "./count-tests.mjs";
import { ensureChromium, installCommand } from "./find-chromium.mjs";
import { ensureInstalled } from "./install.mjs";
import { root } from "./layout.mjs";
import { chooseNode } from "./node-version.mjs";
import { makeProgress } from "./progress.mjs";
import { reExecute } from "./re-execute.mjs";
import { endOn, runCommand } from "./run-command.mjs";
import { runPart } from "./run-part.mjs";
import { StopError } from "./stop-error.mjs";
import { stopSignal } from "./stop-signal.mjs";

const stop = stopSignal();
const progress = makeProgress();
const reports = join(root, "node_modules/.cache/milepost-test");
const parts = { check: runChecks, unit: runUnit, e2e: runBrowser };

await runCommand(async () => {
  const release = endOn(stop);
  process.chdir(root);
  const wanted = chooseParts(process.argv.slice(2));
  await ensureInstalled(progress);
  const node = chooseNode();
  if (node !== process.execPath) {
    release();
    return reExecute(node, stop, progress.began);
  }
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  release();
  const results = [];
  for (const name of wanted) results.push(await runOne(name));
  if (stop.aborted) return 130;
  progress.line("");
  for (const { line } of results) progress.line(line);
  progress.line(closingLine(results.map((result) => result.counts)));
  return results.every((result) => result.isGood) ? 0 : 1;
});

function chooseParts(names) {
  const unknown = names.find((name) => !(name in parts));
  if (unknown)
    throw new StopError(`"${unknown}" is no part of the tests: choose from ${Object.keys(parts).join(", ")}`);
  return names.length > 0 ? names : Object.keys(parts);
}

/** One part, with its one line for the summary. */
async function runOne(name) {
  if (stop.aborted)
    return { isGood: false, counts: settleCounts(null, true), line: `  -  ${name}: broken off` };
  progress.line(`\n── ${name}`);
  const began = Date.now();
  const { isGood, counts = null, notRun } = await parts[name]();
  const took = `${((Date.now() - began) / 1000).toFixed(1)} s`;
  if (notRun)
    return { isGood: false, counts: settleCounts(null, true), line: `  ✗ ${name}: NOT RUN: ${notRun}` };
  const settled = settleCounts(counts, isGood);
  const detail = counts ? ` ${closingLine([counts])}` : "";
  return { isGood, counts: settled, line: `  ${isGood ? "✓" : "✗"} ${name}:${detail} (${took})` };
}

async function runChecks() {
  return { isGood: await runPart("check", [], {}, stop) };
}

async function runUnit() {
  const report = join(reports, "vitest.json");
  const args = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const isGood = await runPart("test:unit", args, {}, stop);
  return { isGood, counts: countVitest(report) };
}

/** Journeys run on the production build, in a browser that this machine has or can get. */
async function runBrowser() {
  const chromium = await ensureChromium(progress);
  if (!chromium)
    return {
      isGood: false,
      notRun: `there is no Chromium here and none could be installed; run: ${installCommand}`,
    };
  const { ensurePrograms } = await import("./build-programs.mjs");
  const { ensurePages } = await import("./build-pages.mjs");
  await ensurePrograms(progress);
  await ensurePages(progress);
  const report = join(reports, "playwright.json");
  const env = { PLAYWRIGHT_CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  const isGood = await runPart("test:e2e", ["--reporter=list,json"], env, stop);
  return { isGood, counts: countPlaywright(report) };
}
