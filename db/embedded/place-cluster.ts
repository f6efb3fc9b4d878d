import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { canEnter, canRun, chooseUser, type RunAs } from "./choose-user.ts";
import { EmbeddedPostgresError } from "./embedded-error.ts";
import { hasLibraryLinks, layLibraryLinks } from "./lay-library-links.ts";
import type { Binaries } from "./locate-binaries.ts";

/** Real paths: `cluster` is PostgreSQL's data folder, `native` holds the binaries it is run from. */
export type Place = { cluster: string; socketFolder: string; native: string; runAs: RunAs; isMoved: boolean };

/** Where root keeps clusters that uid 65534 could not reach in the data folder. Survives a reboot, unlike /tmp. */
const reachableHome = "/var/lib/milepost";

/**
 * Decides where the cluster lies, as whom it runs and from which binaries, and prepares the folders.
 * As root the data folder may be out of the other user's reach (a 0700 home): then the cluster lies under
 * `fallbackHome`, and the data folder holds a link to it, so that deleting the data folder still means a new beginning.
 */
export function placeCluster(dataDir: string, binaries: Binaries, fallbackHome = reachableHome): Place {
  makeDataDir(dataDir);
  const name = `postgres-${binaries.major}`;
  const path = join(dataDir, name);
  if (existsSync(path)) {
    const cluster = realpathSync(path);
    return completePlace(cluster, chooseUser(cluster), binaries, dirname(cluster) !== realpathSync(dataDir));
  }
  const runAs = chooseUser(path);
  if (canEnter(runAs, dataDir))
    return completePlace(join(realpathSync(dataDir), name), runAs, binaries, false);
  const home = makeReachableHome(runAs, fallbackHome, dataDir);
  if (lstatSync(path, { throwIfNoEntry: false })) rmSync(path);
  symlinkSync(join(home, name), path);
  return completePlace(join(home, name), runAs, binaries, true);
}

function completePlace(cluster: string, runAs: RunAs, binaries: Binaries, isMoved: boolean): Place {
  const home = dirname(cluster);
  mkdirSync(home, { recursive: true });
  const socketFolder = join(home, "socket");
  makeOwnFolder(socketFolder, runAs);
  return { cluster, socketFolder, native: reachableBinaries(binaries, home, runAs), runAs, isMoved };
}

/** A folder of the PostgreSQL user alone. */
export function makeOwnFolder(folder: string, runAs: RunAs): void {
  mkdirSync(folder, { recursive: true });
  if (runAs.uid !== undefined && runAs.gid !== undefined) chownSync(folder, runAs.uid, runAs.gid);
  chmodSync(folder, 0o700);
}

/** Root's data folder lets others pass, since PostgreSQL runs as another user; what it holds guards itself. */
/** True when a cluster of any major version lies in the data folder. */
export function hasCluster(dataDir: string): boolean {
  return existsSync(dataDir) && readdirSync(dataDir).some((name) => name.startsWith("postgres-"));
}

function makeDataDir(dataDir: string): void {
  const isRoot = process.getuid?.() === 0;
  try {
    if (!existsSync(dataDir)) {
      mkdirSync(dataDir, { recursive: true });
      chmodSync(dataDir, isRoot ? 0o711 : 0o700);
    } else if (isRoot && statSync(dataDir).uid === 0)
      chmodSync(dataDir, (statSync(dataDir).mode & 0o7777) | 0o011);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} cannot be made or changed (${(error as NodeJS.ErrnoException).code}): ` +
        `set MILEPOST_DATA_DIR to a folder that you may write to`,
      { cause: error },
    );
  }
}

function makeReachableHome(runAs: RunAs, fallbackHome: string, dataDir: string): string {
  const home = join(fallbackHome, randomBytes(4).toString("hex"));
  mkdirSync(home, { recursive: true });
  for (const folder of [fallbackHome, home]) chmodSync(folder, 0o711);
  if (canEnter(runAs, home)) return home;
  throw new EmbeddedPostgresError(
    `Neither ${dataDir} nor ${fallbackHome} can be reached by uid ${runAs.uid}, as whom root has to run PostgreSQL: ` +
      `set MILEPOST_DATA_DIR to a folder that others may enter, or start as an ordinary user`,
  );
}

/** The installed binaries, or a copy beside the cluster where its user cannot run those or they lack their links. */
function reachableBinaries(binaries: Binaries, home: string, runAs: RunAs): string {
  tryToLayLinks(binaries.folder);
  const isComplete = hasLibraryLinks(binaries.folder);
  const isRoot = runAs.uid !== undefined;
  if (isComplete && (!isRoot || canRun(runAs, join(binaries.folder, "bin/postgres")))) return binaries.folder;
  const copy = join(home, `postgres-${binaries.version}-binaries`);
  const native = join(copy, "native");
  if (!existsSync(native)) copyBinaries(binaries.folder, copy);
  if (isRoot && !canRun(runAs, join(native, "bin/postgres")))
    throw new EmbeddedPostgresError(
      `PostgreSQL's programs cannot be run as uid ${runAs.uid}, neither from ${binaries.folder} nor from ${native}: ` +
        `start as an ordinary user, or set DATABASE_URL`,
    );
  return native;
}

/** A read-only installation is no error yet: a copy gets the links then. */
function tryToLayLinks(native: string): void {
  try {
    layLibraryLinks(native);
  } catch {
    // hasLibraryLinks tells the caller.
  }
}

function copyBinaries(from: string, copy: string): void {
  const half = `${copy}.${process.pid}`;
  rmSync(half, { recursive: true, force: true });
  cpSync(from, join(half, "native"), { recursive: true, verbatimSymlinks: true });
  layLibraryLinks(join(half, "native"));
  chmodSync(half, 0o755);
  if (existsSync(copy)) rmSync(half, { recursive: true });
  else renameSync(half, copy);
}
