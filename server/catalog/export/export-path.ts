/** A part of a path that every file system takes, and that leaves no folder. */
const safe = (part: string) =>
  part
    .replace(/[^\w.@+-]+/g, "-")
    .replace(/^\.+$/, "-")
    .slice(0, 100) || "-";

/**
 * Where a file of a location lies in an archive: under the address of its repository, host first, or the name of its
 * folder. Relative targets of Locations hold as they did, since the files keep their places among each other.
 */
export function exportPath(location: { type: string; target: string }, file: string): string {
  const inside = /^https?:/.test(file) ? pathOfAddress(file) : file.split("/").map(safe);
  const path = [...(/^https?:/.test(file) ? [] : rootOf(location)), ...inside].join("/");
  return /\.ya?ml$/i.test(path) ? path : `${path}.yaml`;
}

function rootOf({ type, target }: { type: string; target: string }): string[] {
  if (type === "folder") return ["folders", ...target.split("/").filter(Boolean).slice(-2).map(safe)];
  if (!/^https?:/.test(target)) return [safe(type), safe(target)];
  const parts = pathOfAddress(target);
  const page = parts.findIndex((part) => ["tree", "blob", "raw", "src", "-"].includes(part));
  if (type === "file") return parts.slice(0, -1);
  return page > 1 ? parts.slice(0, page) : parts;
}

const pathOfAddress = (address: string): string[] => {
  const { host, pathname } = new URL(address);
  return [safe(host), ...pathname.split("/").filter(Boolean).map(safe)];
};
