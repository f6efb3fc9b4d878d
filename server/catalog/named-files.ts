import picomatch from "picomatch";
import { findDomainError } from "#server/core/errors.ts";
import type { Outside } from "#server/core/outside.ts";
import { type CatalogTree, FileRefusal, resolveInside } from "./trees/tree.ts";
import { readWeb } from "./trees/web-tree.ts";

/** The files that an import may read: those of its tree by path, others by web address. Each throws FileRefusal in words. */
export type NamedFiles = {
  read: (id: string) => Promise<string>;
  /** What a document of `file` names: a path beside it, or an address. */
  readBeside: (file: string, target: string) => Promise<string>;
  /** The files that a target stands for, which may be a pattern. */
  expand: (file: string, target: string) => Promise<string[]>;
};

export const isWeb = (id: string): boolean => /^https?:\/\//i.test(id);

export function makeNamedFiles(tree: CatalogTree, outside: Outside): NamedFiles {
  const deadHosts = new Map<string, string>();
  let paths: Promise<string[]> | null = null;

  /** A host that did not answer is not asked again in this import: each try may take its whole time limit. */
  async function readRemote(address: string): Promise<string> {
    const { host } = new URL(address);
    const dead = deadHosts.get(host);
    if (dead) throw new FileRefusal(dead);
    try {
      return await readWeb(address, outside);
    } catch (error) {
      const reason = reasonOf(error);
      if (!(error instanceof FileRefusal)) deadHosts.set(host, reason);
      throw error instanceof FileRefusal ? error : new FileRefusal(reason);
    }
  }

  const read = (id: string) => (isWeb(id) ? readRemote(id) : tree.read(id));

  async function expand(file: string, target: string): Promise<string[]> {
    const id = resolveTarget(file, target);
    if (isWeb(id) || !/[*?[{]/.test(target)) return [id];
    if (target.length > 300 || target.split("*").length > 10)
      throw new FileRefusal("the pattern is too long");
    paths ??= tree.list().then(({ files }) => files.map(({ path }) => path));
    const isMatch = picomatch(id, { dot: false, nonegate: true, noextglob: true });
    const ids = (await paths).filter((path) => isMatch(path));
    if (ids.length === 0) throw new FileRefusal("no such file fits the pattern", true);
    return ids;
  }

  return { read, readBeside: async (file, target) => read(resolveTarget(file, target)), expand };
}

function resolveTarget(file: string, target: string): string {
  if (isWeb(target)) return target;
  if (!isWeb(file)) return resolveInside(file, target);
  const url = URL.parse(target, file);
  if (!url) throw new FileRefusal("it is no address");
  return url.toString();
}

/** What a refusal says; anything else is a bug and goes on. */
export function reasonOf(error: unknown): string {
  if (error instanceof FileRefusal) return error.message;
  const told = findDomainError(error);
  if (told) return told.message;
  throw error;
}
