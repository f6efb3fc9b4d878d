import type { CodeOwnersRule } from "../evidence/code-owners.ts";
import { findPackages } from "../evidence/find-packages.ts";

/** A folder that seems to hold something of its own; `because` says what makes it one. Empty: the whole repository. */
export type Place = { path: string; language: string | null; because: { says: string; file: string } | null };

/**
 * The things in a repository: one for each package of a monorepo, else one for each folder that CODEOWNERS gives to
 * somebody else, else the repository itself.
 */
export function findPlaces(
  paths: readonly string[],
  workspaces: readonly string[] | null,
  codeOwners: { path: string; rules: readonly Omit<CodeOwnersRule, "isMatch">[] } | undefined,
): Place[] {
  const packages = findPackages(paths, workspaces).filter(({ path }) => path !== "");
  if (packages.length > 1)
    return packages.map(({ path, manifest, language }) => ({
      path,
      language,
      because: { says: `${path} has a ${manifest} of its own`, file: `${path}/${manifest}` },
    }));
  const owned = codeOwners ? ownedFolders(paths, codeOwners.rules) : [];
  if (codeOwners && owned.length > 1)
    return owned.map(({ path, owner }) => ({
      path,
      language: null,
      because: { says: `CODEOWNERS gives ${path} to ${owner}`, file: codeOwners.path },
    }));
  return [{ path: "", language: null, because: null }];
}

/** Folders at a fixed place that at least two owners share among them, the deepest left out. */
function ownedFolders(
  paths: readonly string[],
  rules: readonly Omit<CodeOwnersRule, "isMatch">[],
): { path: string; owner: string }[] {
  const folders = new Map<string, string>();
  for (const { pattern, owners } of rules) {
    const path = pattern.replace(/^\/|\/(?:\*\*)?$/g, "").replace(/\/\*\*$/, "");
    const [owner] = owners;
    if (!owner || !pattern.startsWith("/") || path === "" || /[*?[]|^\.|^docs?$/.test(path)) continue;
    if (paths.some((one) => one.startsWith(`${path}/`))) folders.set(path, owner);
  }
  const found = [...folders]
    .filter(([path]) => ![...folders.keys()].some((other) => path.startsWith(`${other}/`)))
    .map(([path, owner]) => ({ path, owner }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return new Set(found.map(({ owner }) => owner)).size > 1 ? found : [];
}
