#!/usr/bin/env node
// `npx milepost …`: bundles the command line when it is stale and runs it. What it says of that goes to stderr, since
// stdout belongs to the command. `milepost start` is `npm start`.
import { join } from "node:path";
import { ensureInstalled } from "./install.mjs";
import { dataFolder, root } from "./layout.mjs";
import { chooseNode } from "./node-version.mjs";
import { makeProgress } from "./progress.mjs";
import { reExecute } from "./re-execute.mjs";
import { endOn, runCommand } from "./run-command.mjs";
import { stopSignal } from "./stop-signal.mjs";

const [command, part] = process.argv.slice(2);
if (command === "start") await import("./main.mjs");
else await runMilepost();

async function runMilepost() {
  const stop = stopSignal();
  const release = endOn(stop);
  const progress = makeProgress(process.stderr);
  let program;
  await runCommand(async () => {
    await ensureInstalled(progress);
    const node = chooseNode();
    if (node !== process.execPath) {
      release();
      return reExecute(node, stop);
    }
    const { ensurePrograms } = await import("./build-programs.mjs");
    program = join(await ensurePrograms(progress), "cli.mjs");
    process.env.MILEPOST_ROOT = root;
    process.env.MILEPOST_DATA_DIR = dataFolder();
    if (command === "serve") await prepareServing(part, progress);
    return null;
  });
  if (command === "serve") {
    // The program drains by itself when it is asked to end, also when whoever started it is gone.
    release();
    stop.addEventListener("abort", () => process.emit("SIGTERM"));
  }
  process.argv[1] = program;
  await import(program);
}

/** Next looks for its configuration and its output from the project's folder. */
async function prepareServing(part, progress) {
  process.chdir(root);
  if (part !== "web") return;
  const { ensurePages } = await import("./build-pages.mjs");
  process.env.NEXT_DIST_DIR = await ensurePages(progress);
}
