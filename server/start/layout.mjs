import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** All that is built lies here, each build in a folder named after the hash of its sources. */
export const buildFolder = join(root, ".build");

export function dataFolder(env = process.env) {
  return resolve(env.MILEPOST_DATA_DIR || join(root, ".data"));
}
