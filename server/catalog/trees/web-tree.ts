import type { Outside } from "#server/core/outside.ts";
import { rawAddress } from "../location-address.ts";
import { fileLimits } from "../read-documents.ts";
import { type CatalogTree, decodeText, FileRefusal, resolveInside } from "./tree.ts";

/** One file at a web address; what it names beside itself is fetched from the same folder of the same host. */
export function openWebFile(address: string, outside: Outside): CatalogTree {
  const url = new URL(address);
  const name = decodeURIComponent(url.pathname.split("/").at(-1) ?? "");
  const addressOf = (path: string) => {
    if (path === name) return address;
    const beside = new URL(address);
    beside.search = "";
    beside.pathname = url.pathname.replace(/[^/]*$/, "") + path.split("/").map(encodeURIComponent).join("/");
    return beside.toString();
  };
  return {
    commit: null,
    list: async () => ({ files: [{ path: name, bytes: 0 }], refused: [] }),
    read: (path) => readWeb(addressOf(resolveInside("", path)), outside),
    paths: async () => [name],
    readBytes: async (path, maxBytes) =>
      Buffer.from((await askWeb(addressOf(resolveInside("", path)), outside, maxBytes)).body),
    fetchAhead: async () => {},
    nameOf: (path) => `url:${addressOf(path)}`,
    urlOf: (path) => addressOf(path),
    close: async () => {},
  };
}

/** The text at a web address. Throws FileRefusal for what the host answers, a DomainError where it may not be asked. */
export async function readWeb(address: string, outside: Outside): Promise<string> {
  return decodeText((await askWeb(address, outside, fileLimits.bytes)).body);
}

async function askWeb(address: string, outside: Outside, maxBytes: number) {
  const answer = await outside.get(rawAddress(address), { maxBytes, timeoutMs: 15_000 });
  const { host } = new URL(address);
  if (answer.status === 404) throw new FileRefusal(`${host} has no such file`, true);
  if (answer.status !== 200) throw new FileRefusal(`${host} answered ${answer.status}`);
  return answer;
}
