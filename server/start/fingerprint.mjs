import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./layout.mjs";

/** What the bundled programs are made of, and what the pages are made of besides. */
const programSources = ["server", "db", "package.json", "package-lock.json"];
const pageSources = [
  ...programSources,
  "app",
  "components",
  "public",
  "next.config.mjs",
  "postcss.config.mjs",
  "tsconfig.json",
];

/** Tests change no build. */
const isSource = (path) => !/\.(test|bench)\.tsx?$|(^|\/)(testing|fixtures|node_modules)\/|\.md$/.test(path);

export const programsFingerprint = () => fingerprint(programSources);
export const pagesFingerprint = () => fingerprint(pageSources);

/** Sixteen hexadecimal digits over the names and contents of all files. */
function fingerprint(sources) {
  const hash = createHash("sha256");
  for (const path of sources.flatMap(listFiles).filter(isSource).sort()) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}

function listFiles(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full).flatMap((name) => listFiles(`${path}/${name}`));
}
