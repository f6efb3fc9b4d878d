import { realpath } from "node:fs/promises";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { type JudgedDocument, judgeText, unreadableDocument } from "./judge-text.ts";
import { openFolder } from "./trees/folder-tree.ts";
import { FileRefusal, resolveInside } from "./trees/tree.ts";

export type JudgedFile = { file: string; valid: boolean; documents: JudgedDocument[] };

/**
 * Judges a file of this machine. What its placeholders name is read where it lies below the working folder (or beside
 * the file, when that is elsewhere); nothing is fetched from the network. `file` is repeated as it was given.
 */
export async function judgeFile(
  file: string,
  workingFolder: string,
  onReferences?: Parameters<typeof judgeText>[2],
): Promise<JudgedFile> {
  try {
    const place = await realpath(resolve(workingFolder, file)).catch(() => {
      throw new FileRefusal("there is no such file");
    });
    const inside = relative(await realpath(workingFolder), place);
    const isBelow = inside !== ".." && !inside.startsWith(`..${sep}`) && !inside.startsWith(sep);
    const tree = await openFolder(isBelow ? workingFolder : dirname(place));
    const path = isBelow ? inside.split(sep).join("/") : basename(place);
    const read = async (target: string) => {
      if (/^https?:/i.test(target)) throw new FileRefusal("nothing is fetched while checking");
      return tree.read(resolveInside(path, target));
    };
    const judged = await judgeText(await tree.read(path), read, onReferences);
    return { file, ...judged };
  } catch (error) {
    if (!(error instanceof FileRefusal)) throw error;
    const message = `${file} was not read: ${error.message}`;
    return {
      file,
      valid: false,
      documents: [unreadableDocument({ message, path: null, line: 1, column: 1 })],
    };
  }
}
