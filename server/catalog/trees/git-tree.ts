import { posix } from "node:path";
import { invalid } from "#server/core/errors.ts";
import type { Outside } from "#server/core/outside.ts";
import { pageOf } from "../location-address.ts";
import { fileLimits } from "../read-documents.ts";
import type { GitObject, Pack } from "./git-pack.ts";
import { GitProtocolError } from "./git-packets.ts";
import { type GitRemote, GitStatusError, openRemote, PackTooLargeError } from "./git-remote.ts";
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

/** Of a pack, as git packs it. One of a host that sends everything is kept in memory as long as the import reads it. */
const packLimits = { whole: 100_000_000, folders: 60_000_000, files: 40_000_000, oneFile: 8_000_000 };
const linkMode = "120000";
const folderLink = "it is a link to a folder, and those are not followed: import that folder";
/** Links without the ending of a YAML file are only looked at to tell of linked folders. */
const mostLinks = 100;
/** So many files are asked for at once. */
const filesAtOnce = 500;

type Address = { repository: string; cloneUrl: string; branch: string | null; path: string };
type Entry = { mode: string; oid: string };
type Opened = { address: Address; remote: GitRemote; commit: string; packs: Pack[] };

/**
 * The newest commit of a branch: its folders first, without history and the contents of files; then the YAML files that
 * are asked for. Nothing is written to disk: links, hooks and submodules of the repository have no effect.
 * Throws a DomainError where the repository cannot be had.
 */
export async function openRepository(address: Address, outside: Outside): Promise<CatalogTree> {
  try {
    const remote = await openRemote(address.cloneUrl, outside);
    const commit = await remote.findCommit(address.branch);
    if (!commit) throw invalid(absentSentence(address), "target");
    const maxBytes = remote.canFilter ? packLimits.folders : packLimits.whole;
    const opened: Opened = {
      address,
      remote,
      commit,
      packs: [await remote.fetch([commit], { isCommit: true, maxBytes })],
    };
    return makeTree(opened, listEntries(opened));
  } catch (error) {
    throw asDomainError(error, address);
  }
}

/** The newest commit of a branch (null: of the default one), without anything of it; null where there is none. Throws as above. */
export async function findNewestCommit(address: Address, outside: Outside): Promise<string | null> {
  try {
    return (await (await openRemote(address.cloneUrl, outside)).findCommit(address.branch)) ?? null;
  } catch (error) {
    throw asDomainError(error, address);
  }
}

const absentSentence = ({ repository, branch }: Address) =>
  branch ? `${repository} has no branch "${branch}": check its name` : `${repository} has no commit yet`;

/** What to tell; an error that is a bug goes on as it is. */
function asDomainError(error: unknown, address: Address): unknown {
  const isTold = [PackTooLargeError, GitStatusError, GitProtocolError].some((kind) => error instanceof kind);
  return isTold ? invalid(cloneReason(error, address), "target") : error;
}

function cloneReason(error: unknown, { repository: where }: Address): string {
  if (error instanceof PackTooLargeError)
    return `${where} is too large: the host can only send it whole, and its newest commit has more than ${packLimits.whole / 1_000_000} MB`;
  if (error instanceof GitStatusError) {
    const { status } = error;
    if (status === 401 || status === 403 || status === 404)
      return `${where} is not a public git repository (the host answered ${status}): check the address`;
    if (status >= 300 && status < 400)
      return `${where} has moved (the host answered ${status}): use the address of the repository itself`;
    return `The host of ${where} answered ${status}: try again later`;
  }
  return `${where} could not be read as a git repository: check that the address is the one to clone from`;
}

function readObject({ packs }: Opened, oid: string): GitObject | "too large" | null {
  for (const pack of packs) {
    const found = pack.read(oid);
    if (found) return found;
  }
  return null;
}

const tooMany = () =>
  invalid(
    `The repository has more than ${treeLimits.entries.toLocaleString("en")} files and folders`,
    "target",
  );

/** Every entry of the commit by path; folders are walked, links and submodules are listed as what they are. */
function listEntries(opened: Opened): Map<string, Entry> {
  const commit = readObject(opened, opened.commit);
  const root =
    commit && commit !== "too large"
      ? /^tree ([0-9a-f]{40})\n/.exec(commit.data.toString("latin1", 0, 60))
      : null;
  if (!root?.[1]) throw new GitProtocolError("The commit has no folder");
  const entries = new Map<string, Entry>();
  const folders: { path: string; oid: string }[] = [{ path: "", oid: root[1] }];
  let seen = 0;
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    const tree = readObject(opened, folder.oid);
    if (tree === "too large" || tree?.type !== "tree")
      throw new GitProtocolError("A folder of the commit is missing");
    for (const entry of entriesOf(tree.data)) {
      const path = folder.path ? `${folder.path}/${entry.name}` : entry.name;
      seen += 1;
      // One folder may stand in itself a thousand times, and in that one again.
      if (seen > treeLimits.entries || path.length > 4_096) throw tooMany();
      if (entry.mode === "40000") folders.push({ path, oid: entry.oid });
      else entries.set(path, { mode: entry.mode, oid: entry.oid });
    }
  }
  return entries;
}

/** A commit as git keeps it: lines of headers, "parent" once for each, "author" with name, address and time. */
function makerOf(commit: GitObject | "too large" | null): CatalogTree["madeBy"] {
  if (!commit || commit === "too large") return null;
  const [headers = ""] = commit.data.toString("utf8").split("\n\n", 1);
  const author = /^author (.*?) <[^>\n]*> \d+ [-+]\d{4}$/m.exec(headers)?.[1]?.slice(0, 100);
  const parents = [...headers.matchAll(/^parent ([0-9a-f]{40})$/gm)].map(([, sha = ""]) => sha);
  return author ? { author: author.replaceAll("\0", ""), parents } : null;
}

/** A folder as git keeps it: mode, a space, name, NUL, and the twenty bytes of the object's name. */
function* entriesOf(tree: Buffer): Generator<Entry & { name: string }> {
  for (let at = 0; at < tree.length; ) {
    const end = tree.indexOf(0, at);
    const head = tree.toString("utf8", at, end < 0 ? tree.length : end);
    const space = head.indexOf(" ");
    if (end < 0 || space < 0 || end + 21 > tree.length)
      throw new GitProtocolError("A folder of the commit is damaged");
    yield {
      mode: head.slice(0, space),
      name: head.slice(space + 1),
      oid: tree.toString("hex", end + 1, end + 21),
    };
    at = end + 21;
  }
}

function makeTree(opened: Opened, entries: Map<string, Entry>): CatalogTree {
  const { address, commit } = opened;
  const files: TreeFile[] = [];
  const refused: { path: string; message: string }[] = [];
  for (const [path, entry] of entries) {
    if (!isYamlPath(path)) continue;
    const refusal = refusalOf(entry);
    if (refusal) refused.push({ path, message: refusal });
    else files.push({ path, bytes: 0 });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const below = (path: string) => address.path === "" || path.startsWith(`${address.path}/`);
  const links = [...entries].filter(
    ([path, { mode }]) => mode === linkMode && !isYamlPath(path) && below(path),
  );
  const list = async () => {
    if (files.length > treeLimits.files)
      throw invalid(
        `The repository has more than ${treeLimits.files.toLocaleString("en")} YAML files`,
        "target",
      );
    const wanted = files.filter(({ path }) => below(path));
    const named = wanted.map(({ path }) => entries.get(path)?.oid ?? "");
    const looked = links.slice(0, mostLinks);
    await fetchAhead(opened, [...named, ...looked.map(([, { oid }]) => oid)]);
    const folders = looked.filter(([path, { oid }]) => isFolder(entries, path, readObject(opened, oid)));
    return { files, refused: [...refused, ...folders.map(([path]) => ({ path, message: folderLink }))] };
  };
  const readBytes = async (path: string, maxBytes: number) => {
    const entry = entries.get(resolveInside("", path));
    if (!entry) throw new FileRefusal("there is no such file", true);
    const refusal = refusalOf(entry);
    if (refusal) throw new FileRefusal(refusal);
    const found = readObject(opened, entry.oid) ?? (await fetchFile(opened, entry.oid));
    if (found === "too large") throw tooLarge(packLimits.oneFile, maxBytes);
    if (found.data.byteLength > maxBytes) throw tooLarge(found.data.byteLength, maxBytes);
    return found.data;
  };
  return {
    commit,
    madeBy: makerOf(readObject(opened, commit)),
    list,
    read: async (path) => decodeText(await readBytes(path, fileLimits.bytes)),
    paths: async (folder) =>
      [...entries]
        .filter(([path, entry]) => (folder === "" || path.startsWith(`${folder}/`)) && !refusalOf(entry))
        .map(([path]) => path)
        .sort(),
    readBytes,
    fetchAhead: (paths) =>
      fetchAhead(
        opened,
        paths.flatMap((path) => entries.get(path)?.oid ?? []),
      ),
    nameOf: (path) => `url:${pageOf(address.repository, commit, path)}`,
    urlOf: (path) => pageOf(address.repository, commit, path),
    close: async () => void opened.packs.splice(0),
  };
}

/** Whether the link at a path leads to a folder of the same commit. */
function isFolder(entries: Map<string, Entry>, path: string, link: ReturnType<typeof readObject>): boolean {
  if (!link || link === "too large") return false;
  const folder = `${posix.join(posix.dirname(path), link.data.toString("utf8", 0, 4_096))}/`;
  return folder !== "./" && [...entries.keys()].some((other) => other.startsWith(folder));
}

/** Fetches many files in few requests. Those of a pack that would be too large are fetched one by one when they are read. */
async function fetchAhead(opened: Opened, oids: readonly string[]): Promise<void> {
  const missing = [...new Set(oids)].filter((oid) => readObject(opened, oid) === null);
  for (let from = 0; from < missing.length && opened.remote.canFilter; from += filesAtOnce) {
    const wants = missing.slice(from, from + filesAtOnce);
    try {
      opened.packs.push(await opened.remote.fetch(wants, { isCommit: false, maxBytes: packLimits.files }));
    } catch (error) {
      if (!(error instanceof PackTooLargeError)) throw asDomainError(error, opened.address);
    }
  }
}

async function fetchFile(opened: Opened, oid: string): Promise<GitObject | "too large"> {
  try {
    const pack = await opened.remote.fetch([oid], { isCommit: false, maxBytes: packLimits.oneFile });
    const found = pack.read(oid);
    if (!found) throw new FileRefusal("the host did not send it");
    return found;
  } catch (error) {
    if (error instanceof PackTooLargeError) return "too large";
    if (error instanceof FileRefusal) throw error;
    throw asDomainError(error, opened.address);
  }
}

function refusalOf(entry: Entry): string | null {
  if (entry.mode === linkMode) return "it is a link: links in repositories are not followed";
  return entry.mode === "160000" ? "it belongs to a submodule, which is not read" : null;
}
