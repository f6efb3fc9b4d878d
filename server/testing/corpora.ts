import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Where a corpus of real files lies, or null after saying that it is absent. Corpora are too large for this repository:
 * MILEPOST_CORPORA names their folder, else it is `shared/data` beside the project.
 */
export function findCorpus(name: string): string | null {
  const beside = fileURLToPath(new URL("../../../shared/data", import.meta.url));
  const folder = join(process.env.MILEPOST_CORPORA ?? beside, name);
  if (existsSync(folder)) return folder;
  console.log(
    `skipped: no corpus "${name}" in ${process.env.MILEPOST_CORPORA ? "MILEPOST_CORPORA" : "../shared/data"}`,
  );
  return null;
}
