import { statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Env } from "#server/core/env.ts";
import { keyFile } from "#server/core/keyring.ts";
import { backupFolder } from "../backup-settings.ts";
import { sizeText } from "../model.ts";
import { bad, type Check, good } from "./check.ts";

/** Under this the portal takes no more webhooks (server/http/webhooks.ts). */
const leastFreeBytes = 1e9;

/** `leastFree` is for tests: nobody fills a disk for one. */
export async function checkDisk(
  env: Pick<Env, "dataDir" | "MILEPOST_BACKUP_DIR">,
  leastFree = leastFreeBytes,
): Promise<Check> {
  const name = "disk space";
  const folders = [...new Set([env.dataDir, backupFolder(env)].map(existingPart))];
  const free = await Promise.all(
    folders.map(async (folder) => {
      const { bavail, bsize } = await statfs(folder);
      return { folder, bytes: bavail * bsize };
    }),
  );
  const words = free.map(({ folder, bytes }) => `${sizeText(bytes)} free at ${folder}`).join(", ");
  return free.every(({ bytes }) => bytes >= leastFree)
    ? good(name, words)
    : bad(name, words, `Free space there: under ${sizeText(leastFree)} no webhook is taken and backups fail`);
}

/** A folder that is not there yet will lie on its parent's disk. */
function existingPart(folder: string): string {
  return statSync(folder, { throwIfNoEntry: false }) || dirname(folder) === folder
    ? folder
    : existingPart(dirname(folder));
}

export function checkDataFolder(env: Pick<Env, "dataDir">): Check {
  const name = "data folder";
  const folder = statSync(env.dataDir, { throwIfNoEntry: false });
  if (!folder)
    return bad(
      name,
      `${env.dataDir} is not there`,
      "Start the portal once, or set MILEPOST_DATA_DIR to where it is",
    );
  const uid = process.getuid?.();
  if (uid !== undefined && uid !== 0 && folder.uid !== uid)
    return bad(
      name,
      `${env.dataDir} belongs to another user (uid ${folder.uid})`,
      "Start the portal as that user, or change the owner",
    );
  if ((folder.mode & 0o022) !== 0)
    return bad(name, `Others may write to ${env.dataDir}`, `chmod go-w ${env.dataDir}`);
  const key = statSync(keyFile(env), { throwIfNoEntry: false });
  if (key && (key.mode & 0o077) !== 0)
    return bad(name, `Others may read the secret key in ${keyFile(env)}`, `chmod 600 ${keyFile(env)}`);
  return good(name, `${env.dataDir} is this user's alone to write`);
}
