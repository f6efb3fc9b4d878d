import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pagesFingerprint } from "./fingerprint.mjs";
import { ensureBuild } from "./keep-builds.mjs";
import { prebuilt, root } from "./layout.mjs";
import { runStep } from "./run-step.mjs";
import { StopError } from "./stop-error.mjs";

/** Builds the pages with Next unless it is done; answers with their folder, relative to the project. */
export async function ensurePages(progress) {
  const made = prebuilt();
  if (made) return made.pages;
  const folder = await ensureBuild("pages", pagesFingerprint(), (folder) => buildPages(folder, progress));
  return relative(root, join(folder, "next"));
}

async function buildPages(folder, progress) {
  const step = progress.step("building the pages (the first time takes a minute)");
  const next = join(root, "node_modules/next/dist/bin/next");
  const restore = rememberFile(join(root, "next-env.d.ts"));
  const { code, output } = await runStep(process.execPath, [next, "build"], buildEnvironment(folder));
  restore();
  if (code === 0) return step.done("built the pages");
  step.fail("building the pages");
  progress.line(output.trim());
  throw new StopError(
    `The pages could not be built (next build ended with ${code}): its output stands above`,
  );
}

/** Next writes into the tsconfig it is given: a build gets one of its own, beside its output. */
function buildEnvironment(folder) {
  const config = join(folder, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ extends: relative(folder, join(root, "tsconfig.json")) }));
  const preload = new URL("./follow-parent.mjs", import.meta.url).href;
  return {
    ...process.env,
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    NEXT_DIST_DIR: relative(root, join(folder, "next")),
    NEXT_TSCONFIG: relative(root, config),
    MILEPOST_FOLLOW_PARENT: "1",
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --import=${preload}`.trim(),
  };
}

/** A build leaves next-env.d.ts pointing into its own folder, where the type check would miss it one day. */
function rememberFile(path) {
  const before = existsSync(path) ? readFileSync(path) : null;
  return () => (before === null ? rmSync(path, { force: true }) : writeFileSync(path, before));
}
