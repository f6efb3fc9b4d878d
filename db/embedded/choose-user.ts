import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { EmbeddedPostgresError } from "./embedded-error.ts";
import { toolEnvironment } from "./run-tool.ts";

/** Whom PostgreSQL runs as; empty means: as ourselves. */
export type RunAs = { uid?: number; gid?: number };

/** "nobody" on most systems; the number works where no such name exists. */
const unprivileged = 65_534;

/** PostgreSQL refuses to run as root: then it runs as the data folder's owner, or as uid 65534. */
export function chooseUser(dataFolder: string): RunAs {
  const owner = statSync(dataFolder, { throwIfNoEntry: false });
  const ourUid = process.getuid?.();
  if (ourUid === undefined) return {};
  if (ourUid !== 0) {
    if (owner && owner.uid !== ourUid)
      throw new EmbeddedPostgresError(
        `The data folder ${dataFolder} belongs to uid ${owner.uid} and this is uid ${ourUid}: ` +
          `start as the user (or root) who started it first, or set MILEPOST_DATA_DIR to another folder`,
      );
    return {};
  }
  if (!owner) return { uid: unprivileged, gid: unprivileged };
  if (owner.uid === 0)
    throw new EmbeddedPostgresError(
      `The data folder ${dataFolder} belongs to root, as whom PostgreSQL refuses to run: ` +
        `run "chown -R ${unprivileged}:${unprivileged} ${dataFolder}" once`,
    );
  return { uid: owner.uid, gid: owner.gid };
}

/** Can that user enter this folder? Asked of the system itself, since modes do not tell all (ACLs, mounts). */
export function canEnter(user: RunAs, folder: string): boolean {
  if (user.uid === undefined) return true;
  return runAs(user, "/bin/sh", ["-c", 'cd -- "$1"', "sh", folder]).status === 0;
}

/** Can that user run this program with its libraries? */
export function canRun(user: RunAs, program: string): boolean {
  return runAs(user, program, ["--version"]).status === 0;
}

function runAs(user: RunAs, program: string, args: string[]) {
  const result = spawnSync(program, args, { ...user, cwd: "/", stdio: "ignore", env: toolEnvironment });
  const code = (result.error as NodeJS.ErrnoException | undefined)?.code;
  if (user.uid !== undefined && (code === "EPERM" || code === "EINVAL"))
    throw new EmbeddedPostgresError(
      `PostgreSQL refuses to run as root, and this system does not let root start it as uid ${user.uid}: ` +
        `start Milepost as an ordinary user, or set DATABASE_URL`,
    );
  return result;
}
