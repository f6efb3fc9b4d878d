import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** All that is built lies here, each build in a folder named after the hash of its sources. */
export const buildFolder = join(root, ".build");

/**
 * A bundle (`npm run bundle`) brings everything built and no sources: it names its builds here, relative to the root. Null
 * in a checkout.
 * @returns {{ programs: string, pages: string } | null}
 */
export function prebuilt() {
  const file = join(root, "prebuilt.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
}

export function dataFolder(env = process.env) {
  return resolve(env.MILEPOST_DATA_DIR || join(root, ".data"));
}
