import { posix } from "node:path";
import { type LocationAddress, parseAddress } from "#server/catalog/location-address.ts";
import { isYamlPath } from "#server/catalog/trees/tree.ts";
import { DomainError } from "#server/core/errors.ts";

/** Where documentation lies: in the tree that its entry comes from, or at an address of its own; `folder` has its mkdocs.yml. */
export type SiteAddress =
  | { kind: "beside"; folder: string }
  | { kind: "elsewhere"; address: LocationAddress; folder: string };

/** What `backstage.io/techdocs-ref` means for an entry of this file. Throws an `invalid` sentence where it means nothing. */
export function readReference(
  reference: string,
  entry: { file: string; location: LocationAddress | null },
): SiteAddress {
  const value = reference.trim();
  if (value.startsWith("dir:")) return { kind: "beside", folder: besideOf(value.slice(4), entry.file) };
  const address = value.startsWith("url:") ? value.slice(4) : null;
  if (address === null)
    throw new DomainError("invalid", `"${value.slice(0, 100)}" is neither dir:… nor url:…`);
  const parsed = parseAddress(address.replace(/\/+$/, ""));
  if (parsed.type === "folder" || !/^https?:/i.test(address.trim()))
    throw new DomainError("invalid", "A url: is the web address of a folder in a repository");
  if (parsed.type === "file")
    throw new DomainError("invalid", "A url: is the address of a folder with mkdocs.yml, not of one file");
  const folder = isYamlPath(parsed.path) ? folderOf(parsed.path) : parsed.path;
  const { location } = entry;
  const isSame =
    location?.type === "git" &&
    location.repository === parsed.repository &&
    location.branch === parsed.branch;
  return isSame ? { kind: "beside", folder } : { kind: "elsewhere", address: parsed, folder };
}

const folderOf = (path: string) => (posix.dirname(path) === "." ? "" : posix.dirname(path));

function besideOf(path: string, file: string): string {
  if (path.startsWith("/") || path.includes("\\") || path.includes("\0"))
    throw new DomainError("invalid", "A dir: is a path relative to the file of the entry");
  const joined = posix.join(folderOf(file), path === "" ? "." : path).replace(/\/+$/, "");
  if (joined === ".." || joined.startsWith("../"))
    throw new DomainError("invalid", "The documentation lies outside of what was imported");
  return joined === "." ? "" : joined;
}
