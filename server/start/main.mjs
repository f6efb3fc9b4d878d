// `npm start` and `npm run dev`: plain JavaScript for any Node from 18 on, without dependencies, since none are
// installed yet when it runs first.
import { join } from "node:path";
import { checkPort } from "./check-port.mjs";
import { holdLock, readHolder } from "./hold-lock.mjs";
import { ensureInstalled } from "./install.mjs";
import { dataFolder, root } from "./layout.mjs";
import { chooseNode } from "./node-version.mjs";
import { makeProgress } from "./progress.mjs";
import { reExecute } from "./re-execute.mjs";
import { endOn, runCommand } from "./run-command.mjs";
import { StopError } from "./stop-error.mjs";
import { stopSignal } from "./stop-signal.mjs";

const stop = stopSignal();
const progress = makeProgress();
const isDev = process.env.MILEPOST_DEV === "1";
const lock = join(dataFolder(), "starter.lock");

await runCommand(async () => {
  const release = endOn(stop);
  process.chdir(root);
  refuseSecond(readHolder(lock));
  await checkPort();
  await ensureInstalled(progress);
  const node = chooseNode();
  if (node !== process.execPath) {
    release();
    return reExecute(node, stop, progress.began);
  }
  refuseSecond(takeLock());
  return isDev ? develop(release) : start(release);
});

async function start(release) {
  const { ensurePrograms } = await import("./build-programs.mjs");
  const { ensurePages } = await import("./build-pages.mjs");
  const programs = await ensurePrograms(progress);
  const pages = await ensurePages(progress);
  const { runStarter } = await import(join(programs, "starter.mjs"));
  release();
  return runStarter({ programs, pages, stop, progress, isDev: false });
}

async function develop(release) {
  const { watchPrograms } = await import("./build-programs.mjs");
  const changes = new EventTarget();
  const programs = await watchPrograms(() => changes.dispatchEvent(new Event("change")));
  const { runStarter } = await import(join(programs, "starter.mjs"));
  release();
  return runStarter({ programs, pages: null, stop, progress, isDev: true, changes });
}

function takeLock() {
  try {
    return holdLock(lock, { port: Number(process.env.PORT || 3000) });
  } catch (error) {
    throw new StopError(
      `The data folder ${dataFolder()} cannot be written (${error.code}): set MILEPOST_DATA_DIR to a folder that you may write to`,
    );
  }
}

/** Two portals on one data folder would work on the same rows with two sets of processes. */
function refuseSecond(holder) {
  if (!holder) return;
  throw new StopError(
    `Milepost already runs on the data folder ${dataFolder()} (process ${holder.pid}, port ${holder.port}): ` +
      `stop it first, or give this one its own folder and port with MILEPOST_DATA_DIR and PORT`,
  );
}
