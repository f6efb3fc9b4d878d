#!/usr/bin/env node
// `npx milepost …`: bundles the command line when it is stale and runs it. What it says of that goes to stderr, since
// stdout belongs to the command.
import { join } from "node:path";
import { ensureInstalled } from "./install.mjs";
import { dataFolder, root } from "./layout.mjs";
import { chooseNode } from "./node-version.mjs";
import { makeProgress } from "./progress.mjs";
import { reExecute } from "./re-execute.mjs";
import { endOn, runCommand } from "./run-command.mjs";
import { stopSignal } from "./stop-signal.mjs";

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
  return null;
});
process.env.MILEPOST_ROOT = root;
process.env.MILEPOST_DATA_DIR = dataFolder();
process.argv[1] = program;
await import(program);
