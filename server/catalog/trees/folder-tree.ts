import { constants, type Dirent } from "node:fs";
import { lstat, open, readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { invalid } from "#server/core/errors.ts";
import { fileLimits } from "../read-documents.ts";
import {
  type CatalogTree,
  decodeText,
  FileRefusal,
  isYamlPath,
  resolveInside,
  type TreeFile,
  tooLarge,
  treeLimits,
} from "./tree.ts";

/** Folders in which nobody keeps catalogue files, and which are large. */
const skippedFolders = new Set([".git", "node_modules", "vendor", "target", "dist", "__pycache__"]);

/**
 * A folder of this machine. Links are followed only where they stay inside of the folder; devices, pipes and sockets are
 * never opened. Throws a DomainError where the folder itself cannot be read.
 */
export async function openFolder(folder: string): Promise<CatalogTree> {
  let root: string;
  try {
    root = await realpath(folder);
    await readdir(root);
  } catch (error) {
    throw invalid(`The folder ${folder} ${folderReason(error)}`, "target");
  }
  return {
    commit: null,
    list: () => listFolder(root),
    read: async (path) => decodeText(await readInside(root, path, fileLimits.bytes)),
    paths: (folder) => listPaths(root, folder),
    readBytes: (path, maxBytes) => readInside(root, path, maxBytes),
    fetchAhead: async () => {},
    nameOf: (path) => `file:${root}/${path}`,
    urlOf: () => null,
    close: async () => {},
  };
}

function folderReason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "does not exist";
  if (code === "ENOTDIR") return "is a file";
  if (code === "EACCES" || code === "EPERM") return "may not be read by the user who runs Milepost";
  return "cannot be read";
}

async function listFolder(root: string) {
  const files: TreeFile[] = [];
  const refused: { path: string; message: string }[] = [];
  const folders = [""];
  let entries = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readSorted(join(root, folder), folder, refused)) {
      entries += 1;
      if (entries > treeLimits.entries || files.length > treeLimits.files)
        throw invalid(
          `The folder holds more than ${treeLimits.files.toLocaleString("en")} YAML files or ${treeLimits.entries.toLocaleString("en")} entries: import a smaller one`,
          "target",
        );
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.isDirectory()) {
        if (!skippedFolders.has(entry.name)) folders.push(path);
      } else if (isYamlPath(path)) {
        const size = await sizeInside(root, path).catch((error: unknown) => {
          if (!(error instanceof FileRefusal)) throw error;
          refused.push({ path, message: error.message });
          return null;
        });
        if (size !== null) files.push({ path, bytes: size });
      } else if (entry.isSymbolicLink() && (await isFolderLink(root, path)))
        refused.push({
          path,
          message: "it is a link to a folder, and those are not followed: import that folder",
        });
    }
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, refused };
}

const isFolderLink = (root: string, path: string) =>
  stat(join(root, path)).then(
    (status) => status.isDirectory(),
    () => false,
  );

async function readSorted(
  folder: string,
  path: string,
  refused: { path: string; message: string }[],
): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    refused.push({ path, message: "the folder may not be read by the user who runs Milepost" });
    return [];
  }
}

/** The true place of a path, after all links. Throws FileRefusal where that is outside of the root. */
async function placeInside(root: string, path: string): Promise<string> {
  let place: string;
  try {
    place = await realpath(join(root, resolveInside("", path)));
  } catch (error) {
    if (error instanceof FileRefusal) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ELOOP") throw new FileRefusal("it is a link that leads back to itself");
    throw new FileRefusal("there is no such file", true);
  }
  const inside = relative(root, place);
  if (inside.startsWith(`..${sep}`) || inside === ".." || inside.startsWith(sep))
    throw new FileRefusal("it is a link that leads outside of the imported folder");
  return place;
}

async function sizeInside(root: string, path: string): Promise<number> {
  const status = await lstat(await placeInside(root, path));
  if (!status.isFile()) throw new FileRefusal(`it is ${specialWord(status)}, not a file`);
  return status.size;
}

function specialWord(status: {
  isDirectory: () => boolean;
  isFIFO: () => boolean;
  isSocket: () => boolean;
}): string {
  if (status.isDirectory()) return "a folder";
  if (status.isFIFO()) return "a pipe";
  return status.isSocket() ? "a socket" : "a device";
}

/** Every file below a folder: links are left out here, although a path that is named may be one. Throws FileRefusal. */
async function listPaths(root: string, folder: string): Promise<string[]> {
  const paths: string[] = [];
  if (folder !== "") await placeInside(root, folder);
  const folders = [folder];
  let entries = 0;
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for (const entry of await readdir(join(root, at), { withFileTypes: true }).catch(() => [])) {
      entries += 1;
      if (entries > treeLimits.entries)
        throw invalid(
          `The folder holds more than ${treeLimits.entries.toLocaleString("en")} entries`,
          "target",
        );
      const path = at ? `${at}/${entry.name}` : entry.name;
      if (entry.isFile()) paths.push(path);
      else if (entry.isDirectory() && !skippedFolders.has(entry.name)) folders.push(path);
    }
  }
  return paths.sort();
}

async function readInside(root: string, path: string, maxBytes: number): Promise<Buffer> {
  await sizeInside(root, path);
  const place = await placeInside(root, path);
  // No link is followed any more and a pipe does not block: the path may have been exchanged since it was checked.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(place, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EACCES") throw new FileRefusal("the user who runs Milepost may not read it");
    throw new FileRefusal("it cannot be opened");
  });
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new FileRefusal(`it is ${specialWord(status)}, not a file`);
    if (status.size > maxBytes) throw tooLarge(status.size, maxBytes);
    const buffer = Buffer.alloc(status.size + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    if (bytesRead > status.size) throw new FileRefusal("it grows while it is read: try again");
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
