import { collectEntries, type FoundProblem } from "#server/catalog/collect-entries.ts";
import type { StatedReference } from "#server/catalog/judge-entry.ts";
import type { PreparedEntry } from "#server/catalog/prepare-entry.ts";
import { hostTree } from "#server/catalog/trees/host-tree.ts";
import { FileRefusal } from "#server/catalog/trees/tree.ts";
import type { HostTree, SourceHost } from "#server/connections/source-host.ts";
import type { Outside } from "#server/core/outside.ts";

export type Version = {
  entries: Map<string, PreparedEntry>;
  problems: FoundProblem[];
  references: StatedReference[];
  /** Files that could not be read whole: what they held is not gone. */
  brokenFiles: ReadonlySet<string>;
};

export type VersionPlace = { repository: string; url: string; branch: string; definesPeople: boolean };

const later = "web addresses are read when it is imported";

/**
 * The entries of these files at two commits, read as an import would read them. Contents that both commits share are
 * fetched once; nothing outside of the repository is asked, since whoever proposed the change is perhaps a stranger.
 */
export async function readVersions(
  tools: { host: SourceHost; outside: Outside },
  place: VersionPlace,
  trees: { base: HostTree; head: HostTree },
  files: (tree: HostTree) => readonly string[],
): Promise<{ base: Version; head: Version }> {
  const shaOf = new Map(
    [trees.base, trees.head].map((tree) => [
      tree.commit,
      new Map(tree.entries.map(({ path, sha }) => [path, sha])),
    ]),
  );
  const fetched = new Map<string, Promise<Buffer>>();
  const readFile: SourceHost["readFile"] = (repo, path, commit, maxBytes) => {
    const sha = shaOf.get(commit)?.get(path);
    const known = sha ? fetched.get(sha) : undefined;
    const read = known ?? tools.host.readFile(repo, path, commit, maxBytes);
    if (sha) fetched.set(sha, read);
    return read;
  };
  const host = { kind: tools.host.kind, readFile };
  const outside: Outside = { ...tools.outside, get: refuse };
  const read = async (tree: HostTree) => {
    const opened = hostTree(host, place, tree);
    const start = { files: files(tree) };
    const collected = await collectEntries(
      { tree: opened, start },
      { outside, origin: `url:${place.url}`, definesPeople: place.definesPeople, onFile: async () => {} },
    );
    return versionOf(collected);
  };
  return { base: await read(trees.base), head: await read(trees.head) };
}

async function refuse(): Promise<never> {
  throw new FileRefusal(later);
}

function versionOf(collected: Awaited<ReturnType<typeof collectEntries>>): Version {
  const entries = new Map<string, PreparedEntry>();
  const problems = collected.problems.filter(({ message }) => !message.includes(later));
  for (const entry of collected.entries) {
    const first = entries.get(entry.ref);
    if (!first) entries.set(entry.ref, entry);
    else
      problems.push({
        severity: "error",
        message: `${entry.ref} is there twice: also in ${first.file}, line ${first.line}`,
        ref: entry.ref,
        file: entry.file,
        line: entry.line,
        column: 1,
        path: "/metadata/name",
      });
  }
  const references = collected.references.filter(({ ref, file }) => entries.get(ref)?.file === file);
  return { entries, problems, references, brokenFiles: collected.brokenFiles };
}
