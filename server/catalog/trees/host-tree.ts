import type { HostTree, HostTreeEntry, SourceHost } from "#server/connections/source-host.ts";
import { type DomainError, findDomainError } from "#server/core/errors.ts";
import { fileLimits } from "../read-documents.ts";
import { type CatalogTree, decodeText, FileRefusal, isYamlPath, resolveInside, tooLarge } from "./tree.ts";

const linkMode = "120000";
const submoduleMode = "160000";
/** Files that are read ahead at the same time: hosts ask not to be asked much at once. */
const readAtOnce = 4;

/** Full name and page of the repository, and the branch that is followed. */
export type HostPlace = { repository: string; url: string; branch: string };
type Host = Pick<SourceHost, "kind" | "readFile">;

export type HostTreeOptions = {
  onRead?: (path: string, sha: string | null) => void;
  onList?: () => void;
  madeBy?: CatalogTree["madeBy"];
};

/** The host is down, or its rate limit used up: that is nothing that is wrong with one file, so it ends the import. */
export class HostTrouble extends Error {
  override name = "HostTrouble";
  readonly trouble: DomainError;

  constructor(trouble: DomainError) {
    super(trouble.message);
    this.trouble = trouble;
  }
}

/**
 * One commit of a repository, read through its host's API: only files that are asked for are fetched, each once. Pages
 * are those of the branch, so that an entry does not change with each commit. Reading throws HostTrouble where the host
 * does not answer. `onRead` is told whose contents were asked for, with git's name of them (null: there is no such file),
 * and `onList` that all were looked through.
 */
export function hostTree(
  host: Host,
  place: HostPlace,
  tree: HostTree,
  options: HostTreeOptions = {},
): CatalogTree {
  const entries = new Map(tree.entries.map((entry) => [entry.path, entry]));
  const fetched = new Map<string, Promise<Buffer>>();
  const urlOf = (path: string) => pageOfBranch(host.kind, place, path);

  const readBytes = async (path: string, maxBytes: number) => {
    const inside = resolveInside("", path);
    const entry = entries.get(inside);
    options.onRead?.(inside, entry?.sha ?? null);
    // Of a tree that the host has cut, only the host knows what else is there.
    if (!entry && !tree.isCut) throw new FileRefusal("there is no such file", true);
    if (entry) {
      const refusal = refusalOf(entry);
      if (refusal) throw new FileRefusal(refusal);
      if ((entry.size ?? 0) > maxBytes) throw tooLarge(entry.size ?? 0, maxBytes);
    }
    const known =
      fetched.get(inside) ?? fetchFile(host, place, { commit: tree.commit, path: inside, maxBytes });
    fetched.set(inside, known);
    const bytes = await known;
    if (bytes.byteLength > maxBytes) throw tooLarge(bytes.byteLength, maxBytes);
    return bytes;
  };

  const fetchAhead = async (paths: readonly string[]) => {
    const waiting = paths.filter((path) => entries.has(path) && !fetched.has(path));
    const work = async () => {
      for (let path = waiting.pop(); path !== undefined; path = waiting.pop())
        await readBytes(path, fileLimits.bytes).catch((error: unknown) => {
          if (!(error instanceof FileRefusal)) throw error;
        });
    };
    await Promise.all(Array.from({ length: readAtOnce }, work));
  };

  const readable = () => tree.entries.filter((entry) => !refusalOf(entry));
  return {
    commit: tree.commit,
    madeBy: options.madeBy ?? null,
    // As Backstage's processors add it: deployments and links find the service by it.
    annotations: { [`${host.kind}.com/project-slug`]: place.repository },
    list: async () => {
      options.onList?.();
      return listYaml(tree.entries);
    },
    read: async (path) => decodeText(await readBytes(path, fileLimits.bytes)),
    paths: async (folder) =>
      readable()
        .map(({ path }) => path)
        .filter((path) => folder === "" || path.startsWith(`${folder}/`))
        .sort(),
    readBytes,
    fetchAhead,
    nameOf: (path) => `url:${urlOf(path)}`,
    urlOf,
    close: async () => void fetched.clear(),
  };
}

function listYaml(all: readonly HostTreeEntry[]): Awaited<ReturnType<CatalogTree["list"]>> {
  const yaml = all
    .filter(({ path }) => isYamlPath(path))
    .map((entry) => ({ ...entry, message: refusalOf(entry) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    files: yaml.flatMap(({ path, size, message }) => (message ? [] : [{ path, bytes: size ?? 0 }])),
    refused: yaml.flatMap(({ path, message }) => (message ? [{ path, message }] : [])),
  };
}

async function fetchFile(
  host: Host,
  place: HostPlace,
  file: { commit: string; path: string; maxBytes: number },
): Promise<Buffer> {
  try {
    return await host.readFile(place.repository, file.path, file.commit, file.maxBytes);
  } catch (error) {
    const told = findDomainError(error);
    if (told?.code === "not_found") throw new FileRefusal("there is no such file", true);
    if (told?.code === "too_large" || told?.code === "invalid") throw new FileRefusal(told.message);
    throw told ? new HostTrouble(told) : error;
  }
}

function refusalOf({ mode }: HostTreeEntry): string | null {
  if (mode === linkMode) return "it is a link: links in repositories are not followed";
  return mode === submoduleMode ? "it belongs to a submodule, which is not read" : null;
}

/** The page of a file on a branch, as its host writes it. */
export function pageOfBranch(
  kind: SourceHost["kind"],
  place: Pick<HostPlace, "url" | "branch">,
  path: string,
): string {
  const inside = [place.branch, path]
    .flatMap((part) => part.split("/"))
    .map(encodeURIComponent)
    .join("/");
  return `${place.url}${kind === "gitlab" ? "/-" : ""}/blob/${inside}`;
}
