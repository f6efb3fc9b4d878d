import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** Folders of the data folder that people have a stake in; keys, PostgreSQL's files and tokens are none of them. */
export const contentFolders = ["demo-organisation"] as const;

export type ContentFile = { path: string; bytes: number };

/** Regular files only: a link could lead to anything on this machine. Paths have slashes, the first name sorts first. */
export async function listContentFiles(dataDir: string): Promise<ContentFile[]> {
  const found: ContentFile[] = [];
  for (const folder of contentFolders) {
    const entries = await readdir(join(dataDir, folder), { recursive: true, withFileTypes: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
        throw error;
      },
    );
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const full = join(entry.parentPath, entry.name);
      const path = relative(dataDir, full).split(sep).join("/");
      if (path.split("/").some((part) => part.startsWith("."))) continue;
      found.push({ path, bytes: (await stat(full)).size });
    }
  }
  return found.sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** The first `bytes` bytes of a file, as the manifest announced them; throws when it has become shorter. */
export async function* readContentFile(dataDir: string, file: ContentFile): AsyncGenerator<Buffer> {
  if (file.bytes === 0) return;
  let left = file.bytes;
  for await (const chunk of createReadStream(join(dataDir, file.path), { end: file.bytes - 1 })) {
    left -= (chunk as Buffer).byteLength;
    yield chunk as Buffer;
  }
  if (left > 0) throw new Error(`${file.path} became shorter while it was backed up`);
}
