import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { holdLock, releaseLock } from "./hold-lock.mjs";
import { buildFolder } from "./layout.mjs";

/** A portal that still runs on an older build keeps its files. */
const kept = 4;

/**
 * The folder of a build, made by `make(folder)` unless a complete one is there. A build counts only once its last file,
 * the mark, is written; one that failed or was killed leaves the earlier ones as they were.
 */
export async function ensureBuild(kind, hash, make) {
  const folder = join(buildFolder, `${kind}-${hash}`);
  const mark = join(folder, "complete");
  if (!existsSync(mark)) {
    const lock = join(buildFolder, `${kind}-${hash}.lock`);
    while (holdLock(lock)) await sleep(300);
    try {
      if (!existsSync(mark)) {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder, { recursive: true });
        await make(folder);
        writeFileSync(mark, "");
      }
    } finally {
      releaseLock(lock);
    }
    removeOld(kind, folder);
  }
  touch(mark);
  return folder;
}

function removeOld(kind, current) {
  const age = (folder) => statSync(join(folder, "complete"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  readdirSync(buildFolder)
    .filter((name) => name.startsWith(`${kind}-`) && /-[0-9a-f]{16}$/.test(name))
    .map((name) => join(buildFolder, name))
    .filter((folder) => folder !== current && existsSync(join(folder, "complete")))
    .sort((a, b) => age(b) - age(a))
    .slice(kept - 1)
    .forEach((folder) => {
      rmSync(folder, { recursive: true, force: true });
    });
}

/** Another user's build may be read-only: its age matters little. */
function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {}
}
