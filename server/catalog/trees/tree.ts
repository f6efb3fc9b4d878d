/** A file inside a tree: path from its root with forward slashes, size in bytes. */
export type TreeFile = { path: string; bytes: number };

/**
 * Files to import from: a folder, a commit of a repository, one web address, or files held in memory.
 * Paths are relative to the root, and nothing outside of the root can be reached.
 */
export type CatalogTree = {
  /** The commit that is read, where there is one. */
  commit: string | null;
  /** Who made that commit, and what came right before it. */
  madeBy?: { author: string; parents: readonly string[] } | null;
  /** All files whose name ends in .yaml or .yml, in the order of their paths; `refused` says what was left out and why. */
  list: () => Promise<{ files: TreeFile[]; refused: { path: string; message: string }[] }>;
  /** The text of one file. Throws FileRefusal with a sentence. */
  read: (path: string) => Promise<string>;
  /** All files below a folder ("" is the root), whatever their endings, in the order of their paths; links are left out. Throws FileRefusal. */
  paths: (folder: string) => Promise<string[]>;
  /** The bytes of one file. Throws FileRefusal with a sentence, also where it has more than `maxBytes`. */
  readBytes: (path: string, maxBytes: number) => Promise<Buffer>;
  /** Brings files that are about to be read, in few requests; what is absent or refused is passed over. */
  fetchAhead: (paths: readonly string[]) => Promise<void>;
  /** What a Component gets for an annotation unless its file says otherwise: which repository of its host it lies in. */
  annotations?: Readonly<Record<string, string>>;
  /** How Backstage's annotations name the file: `url:…` or `file:…`. */
  nameOf: (path: string) => string;
  /** Where a browser sees the file, or null. */
  urlOf: (path: string) => string | null;
  /** Gives back what the tree holds open. */
  close: () => Promise<void>;
};

/** Why a file is not read; the message is a sentence without the path, which the caller knows. */
export class FileRefusal extends Error {
  override name = "FileRefusal";
  readonly isAbsent: boolean;

  constructor(message: string, isAbsent = false) {
    super(message);
    this.isAbsent = isAbsent;
  }
}

/** Bounds of one import, so that a wrong address costs bounded time and memory. */
export const treeLimits = { files: 20_000, entries: 500_000, totalBytes: 500_000_000 };

export const isYamlPath = (path: string) => /\.ya?ml$/i.test(path);

/**
 * Resolves a path that a document names against the folder of its file.
 * Throws FileRefusal where it leaves the root or is no path at all.
 */
export function resolveInside(fromFile: string, target: string): string {
  if (target.startsWith("/") || target.includes("\\") || target.includes("\0") || /^[a-z]:/i.test(target))
    throw new FileRefusal("it has to be a relative path with forward slashes");
  const parts = fromFile.split("/").slice(0, -1);
  for (const part of target.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) throw new FileRefusal("it lies outside of what is imported");
  }
  if (parts.length === 0) throw new FileRefusal("it names a folder, not a file");
  return parts.join("/");
}

/**
 * As Backstage reads it: letters of another encoding are replaced by U+FFFD, of which `warnAbout` tells. What has zero
 * bytes besides is no text in any encoding that keeps ASCII.
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    if (bytes.includes(0)) throw new FileRefusal("it is not UTF-8 text: save it as UTF-8");
    return new TextDecoder("utf-8").decode(bytes);
  }
}

export const tooLarge = (bytes: number, limit: number) =>
  new FileRefusal(
    `it has ${megabytes(bytes)} MB, the limit is ${megabytes(limit)} MB: split it, or name large texts by $text`,
  );

const megabytes = (bytes: number) => (bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0);
