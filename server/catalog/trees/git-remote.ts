import type { Outside } from "#server/core/outside.ts";
import { openPack, type Pack } from "./git-pack.ts";
import {
  delimiterPacket,
  flushPacket,
  GitProtocolError,
  lineOf,
  type Packet,
  packet,
  packOf,
  readPackets,
} from "./git-packets.ts";

/** The host's answer was another than 200. */
export class GitStatusError extends Error {
  override name = "GitStatusError";
  readonly status: number;

  constructor(status: number) {
    super(`The host answered ${status}`);
    this.status = status;
  }
}

export type GitRemote = {
  /** Whether the host can leave out the contents of files, and send single ones later (partial clone). */
  canFilter: boolean;
  /** The name of the newest commit of a branch, a tag or the main branch; null where there is none. */
  findCommit: (branch: string | null) => Promise<string | null>;
  /** These objects in a pack of at most `maxBytes`: a commit with its folders (and files, unless left out), or files. */
  fetch: (wants: readonly string[], options: { isCommit: boolean; maxBytes: number }) => Promise<Pack>;
};

const requestMs = 120_000;
const advertisementBytes = 30_000_000;
const agent = "agent=milepost";

type Advertised = { version: 0 | 2; capabilities: Map<string, string>; refs: Map<string, string> };

/** Speaks git's protocol, version 2 or where a host has only that, 0, over https. Throws GitStatusError, GitProtocolError. */
export async function openRemote(cloneUrl: string, outside: Outside): Promise<GitRemote> {
  const base = cloneUrl.replace(/\/+$/, "");
  const advertised = await readAdvertisement(
    await ask(outside, { url: `${base}/info/refs?service=git-upload-pack`, maxBytes: advertisementBytes }),
  );
  const post = (body: Buffer[], maxBytes: number) =>
    ask(outside, { url: `${base}/git-upload-pack`, body: Buffer.concat(body), maxBytes });
  const canFilter =
    advertised.version === 2 && (advertised.capabilities.get("fetch") ?? "").split(" ").includes("filter");
  return {
    canFilter,
    findCommit: async (branch) => {
      const refs = advertised.version === 2 ? await listRefs(branch, post) : advertised.refs;
      if (branch === null) return refs.get("HEAD") ?? null;
      const tag = refs.get(`refs/tags/${branch}^{}`) ?? refs.get(`refs/tags/${branch}`);
      return refs.get(`refs/heads/${branch}`) ?? tag ?? (/^[0-9a-f]{40}$/.test(branch) ? branch : null);
    },
    fetch: async (wants, { isCommit, maxBytes }) => {
      const body =
        advertised.version === 2
          ? fetchCommand(wants, { isCommit, canFilter })
          : oldRequest(wants, advertised.capabilities);
      const packets = await post(body, maxBytes + 1_000_000);
      const parts: Buffer[] = [];
      let size = 0;
      for await (const part of packOf(afterHead(packets, advertised.version))) {
        size += part.length;
        if (size > maxBytes) throw new PackTooLargeError();
        parts.push(Buffer.from(part));
      }
      return openPack(Buffer.concat(parts, size));
    },
  };
}

export class PackTooLargeError extends Error {
  override name = "PackTooLargeError";
}

async function ask(
  outside: Outside,
  request: { url: string; body?: Buffer; maxBytes: number },
): Promise<AsyncGenerator<Packet>> {
  const type = "application/x-git-upload-pack";
  const headers: Record<string, string> = request.body
    ? { "content-type": `${type}-request`, accept: `${type}-result` }
    : { accept: `${type}-advertisement` };
  const answer = await outside.stream({
    ...request,
    method: request.body ? "POST" : "GET",
    headers: { ...headers, "git-protocol": "version=2" },
    timeoutMs: requestMs,
  });
  if (answer.status === 200) return readPackets(answer.body);
  for await (const _ of answer.body) break;
  throw new GitStatusError(answer.status);
}

/** What the server can do; a server of version 0 names its refs at once (gitprotocol-v2, "Initial Client Request"). */
async function readAdvertisement(packets: AsyncIterable<Packet>): Promise<Advertised> {
  const capabilities = new Map<string, string>();
  const refs = new Map<string, string>();
  let version: 0 | 2 = 0;
  for await (const given of packets) {
    if (typeof given === "string") continue;
    const line = lineOf(given);
    if (line.startsWith("#")) continue;
    if (line === "version 2") version = 2;
    else if (version === 2) {
      const [name = "", value = ""] = line.split(/=(.*)/s, 2);
      capabilities.set(name, value);
    } else {
      const [named = "", listed] = line.split("\0", 2);
      for (const name of listed?.split(" ") ?? []) capabilities.set(name, "");
      addRef(refs, named);
    }
  }
  if (capabilities.size === 0) throw new GitProtocolError("The answer is no advertisement");
  return { version, capabilities, refs };
}

function addRef(refs: Map<string, string>, line: string): void {
  const [oid = "", name = "", ...attributes] = line.split(" ");
  if (!/^[0-9a-f]{40}$/.test(oid)) throw new GitProtocolError("A ref has an unknown form");
  if (/^0+$/.test(oid)) return;
  refs.set(name, oid);
  const peeled = attributes.find((attribute) => attribute.startsWith("peeled:"))?.slice(7);
  if (peeled) refs.set(`${name}^{}`, peeled);
}

async function listRefs(
  branch: string | null,
  post: (body: Buffer[], maxBytes: number) => Promise<AsyncIterable<Packet>>,
): Promise<Map<string, string>> {
  const prefixes = branch === null ? ["HEAD"] : [`refs/heads/${branch}`, `refs/tags/${branch}`];
  const packets = await post(
    [
      packet("command=ls-refs\n"),
      packet(agent),
      delimiterPacket,
      packet("peel\n"),
      ...prefixes.map((prefix) => packet(`ref-prefix ${prefix}\n`)),
      flushPacket,
    ],
    advertisementBytes,
  );
  const refs = new Map<string, string>();
  for await (const given of packets) if (typeof given !== "string") addRef(refs, lineOf(given));
  return refs;
}

function fetchCommand(
  wants: readonly string[],
  options: { isCommit: boolean; canFilter: boolean },
): Buffer[] {
  return [
    packet("command=fetch"),
    packet(agent),
    delimiterPacket,
    packet("no-progress\n"),
    packet("ofs-delta\n"),
    ...wants.map((oid) => packet(`want ${oid}\n`)),
    ...(options.isCommit ? [packet("deepen 1\n")] : []),
    ...(options.isCommit && options.canFilter ? [packet("filter blob:none\n")] : []),
    packet("done\n"),
    flushPacket,
  ];
}

function oldRequest(wants: readonly string[], known: Map<string, string>): Buffer[] {
  const wished = ["multi_ack_detailed", "side-band-64k", "ofs-delta", "no-progress", "shallow"];
  if (!known.has("side-band-64k") || !known.has("shallow"))
    throw new GitProtocolError("The server can neither mark progress nor leave out history");
  const capabilities = [...wished.filter((name) => known.has(name)), agent].join(" ");
  return [
    ...wants.map((oid, index) => packet(`want ${oid}${index === 0 ? ` ${capabilities}` : ""}\n`)),
    packet("deepen 1\n"),
    flushPacket,
    packet("done\n"),
  ];
}

/** Passes over what stands before the pack: how far history goes, and in version 0 the answer to "have". */
async function* afterHead(packets: AsyncGenerator<Packet>, version: 0 | 2): AsyncGenerator<Packet> {
  for (let next = await packets.next(); !next.done; next = await packets.next()) {
    if (typeof next.value === "string") continue;
    const line = lineOf(next.value);
    if (line === (version === 2 ? "packfile" : "NAK")) return yield* packets;
  }
  throw new GitProtocolError("The answer has no pack");
}
