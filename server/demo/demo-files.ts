import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { catalogFiles, leaverFile } from "#db/seed/catalog-files.ts";

/** The folder of the demo catalogue: files like any other's, to look at and to change. */
export const demoFolder = (dataDir: string): string => join(dataDir, "demo-organisation");

export async function writeDemoFiles(dataDir: string): Promise<void> {
  for (const file of catalogFiles()) {
    const path = join(demoFolder(dataDir), file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.text);
  }
}

export const removeLeaverFile = (dataDir: string): Promise<void> =>
  rm(join(demoFolder(dataDir), leaverFile), { force: true });

export const removeDemoFiles = (dataDir: string): Promise<void> =>
  rm(demoFolder(dataDir), { recursive: true, force: true });
