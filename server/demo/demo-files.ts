import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { catalogFiles, documentationPages, earlierFiles, leaverFile } from "#db/seed/catalog-files.ts";

/** The folder of the demo catalogue: files like any other's, to look at and to change. */
export const demoFolder = (dataDir: string): string => join(dataDir, "demo-organisation");

/** All files as they are, or with those that changed one day as they were before. */
export async function writeDemoFiles(dataDir: string, isEarlier = false): Promise<void> {
  const before = isEarlier ? earlierFiles() : [];
  for (const file of [...catalogFiles(), ...documentationPages(), ...before]) {
    const path = join(demoFolder(dataDir), file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.text);
  }
}

export const removeLeaverFile = (dataDir: string): Promise<void> =>
  rm(join(demoFolder(dataDir), leaverFile), { force: true });

export const removeDemoFiles = (dataDir: string): Promise<void> =>
  rm(demoFolder(dataDir), { recursive: true, force: true });
