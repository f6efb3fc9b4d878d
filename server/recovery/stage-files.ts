import { existsSync, rmSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { contentFolders } from "./content-files.ts";
import { damaged } from "./read-archive.ts";

export type StagedFiles = {
  take: (path: string, piece: Buffer) => Promise<void>;
  /** Each content folder that came is put in place of the one that is there. */
  putInPlace: () => Promise<void>;
  discard: () => void;
};

/** Files wait beside their place until the database has taken its part. */
export async function stageFiles(dataDir: string): Promise<StagedFiles> {
  await mkdir(dataDir, { recursive: true });
  const staging = await mkdtemp(join(dataDir, ".restore-"));
  const clearAway = () => rmSync(staging, { recursive: true, force: true });
  process.once("exit", clearAway);
  return {
    take: async (path, piece) => {
      // A key file or PostgreSQL's own files must not come out of a backup, whoever made it.
      if (!contentFolders.some((folder) => path.startsWith(`${folder}/`)))
        throw damaged(`it holds the file ${path}, which is no content`);
      const full = join(staging, path);
      await mkdir(dirname(full), { recursive: true });
      await appendFile(full, piece);
    },
    putInPlace: async () => {
      for (const folder of contentFolders) {
        const staged = join(staging, folder);
        if (!existsSync(staged)) continue;
        await rm(join(dataDir, folder), { recursive: true, force: true });
        await rename(staged, join(dataDir, folder));
      }
    },
    discard: () => {
      process.removeListener("exit", clearAway);
      clearAway();
    },
  };
}
