import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Outside } from "#server/core/outside.ts";
import type { LocationAddress } from "../location-address.ts";
import { openFolder } from "./folder-tree.ts";
import { openRepository } from "./git-tree.ts";
import { type CatalogTree, isYamlPath } from "./tree.ts";
import { openWebFile } from "./web-tree.ts";

/**
 * A tree, and where in it reading begins: one file with what it names, all files below a folder, or files that were
 * found by their names.
 */
export type OpenedTree = {
  tree: CatalogTree;
  start: { file: string } | { folder: string } | { files: readonly string[] };
};

/** Opens what an address names. Throws a DomainError with a sentence where it cannot be had. */
export async function openTree(address: LocationAddress, outside: Outside): Promise<OpenedTree> {
  if (address.type === "file")
    return {
      tree: openWebFile(address.url, outside),
      start: { file: basename(new URL(address.url).pathname) },
    };
  if (address.type === "git") {
    const tree = await openRepository(address, outside);
    return { tree, start: isYamlPath(address.path) ? { file: address.path } : { folder: address.path } };
  }
  const isFile = await stat(address.target).then(
    (status) => !status.isDirectory(),
    () => false,
  );
  if (isFile && isYamlPath(address.target))
    return { tree: await openFolder(dirname(address.target)), start: { file: basename(address.target) } };
  return { tree: await openFolder(address.target), start: { folder: "" } };
}
