import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createInflate, inflateSync } from "node:zlib";
import { applyDelta, readDeltaSize } from "./git-delta.ts";
import { GitProtocolError } from "./git-packets.ts";

export type GitObject = { type: "commit" | "tree" | "blob" | "tag"; data: Buffer };

/** Objects by name. Larger ones than `maxObjectBytes` are known, and never unpacked into memory. */
export type Pack = { read: (oid: string) => GitObject | "too large" | null };

export const maxObjectBytes = 8_000_000;
/** All objects together may unpack to this much: what a pack of a few megabytes says can be a thousand times as large. */
const maxUnpackedBytes = 4_000_000_000;
const cacheBytes = 32_000_000;
const types: Record<number, GitObject["type"]> = { 1: "commit", 2: "tree", 3: "blob", 4: "tag" };

type Entry = { at: number; type: GitObject["type"] | null; size: number; base: number | string | null };
type Unpacked = { type: GitObject["type"]; data: Buffer };

/**
 * Reads a pack (gitformat-pack, version 2 and 3). Kept are the pack and where its objects stand; each is unpacked when it
 * is asked for, within bounds. Throws GitProtocolError for whatever is not as the format says.
 */
export async function openPack(bytes: Buffer): Promise<Pack> {
  const count = readHead(bytes);
  const entries = await scan(bytes, count);
  const places = new Map<string, number>();
  const unpack = makeUnpacker(bytes, entries, places);
  await nameAll(entries, unpack, places);
  return {
    read: (oid) => {
      const at = places.get(oid);
      return at === undefined ? null : (unpack(at) ?? "too large");
    },
  };
}

function readHead(bytes: Buffer): number {
  const isPack =
    bytes.length >= 32 && bytes.toString("latin1", 0, 4) === "PACK" && [2, 3].includes(bytes.readUInt32BE(4));
  if (!isPack) throw new GitProtocolError("The answer is no pack");
  const sum = createHash("sha1").update(bytes.subarray(0, -20)).digest();
  if (!sum.equals(bytes.subarray(-20))) throw new GitProtocolError("The pack arrived damaged");
  return bytes.readUInt32BE(8);
}

/** Finds where each object begins, which only unpacking the one before it tells. */
async function scan(bytes: Buffer, count: number): Promise<Map<number, Entry>> {
  const entries = new Map<number, Entry>();
  let at = 12;
  let unpacked = 0;
  for (let index = 0; index < count; index += 1) {
    const entry = readEntry(bytes, at);
    unpacked += entry.size;
    if (unpacked > maxUnpackedBytes) throw new GitProtocolError("The pack unpacks to too much");
    entries.set(at, entry);
    at = entry.at + (await packedLength(bytes.subarray(entry.at, -20), entry.size));
    if (index % 500 === 499) await nextTurn();
  }
  return entries;
}

/** Type and size stand in the first bytes, seven bits each after the first four; then what a delta rests on. */
function readEntry(bytes: Buffer, start: number): Entry {
  let at = start;
  const next = () => {
    const byte = bytes[at++];
    if (byte === undefined || at > bytes.length - 20)
      throw new GitProtocolError("The pack ends within an object");
    return byte;
  };
  let byte = next();
  const code = (byte >> 4) & 7;
  let size = byte & 15;
  for (let weight = 16; byte & 128; weight *= 128) {
    byte = next();
    size += (byte & 127) * weight;
    if (size > maxUnpackedBytes) throw new GitProtocolError("The pack has an object that is too large");
  }
  if (code === 7) {
    const base = bytes.toString("hex", at, at + 20);
    return { at: at + 20, type: null, size, base };
  }
  if (code !== 6) {
    const type = types[code];
    if (!type) throw new GitProtocolError("The pack has an object of an unknown kind");
    return { at, type, size, base: null };
  }
  byte = next();
  let back = byte & 127;
  while (byte & 128) {
    byte = next();
    back = (back + 1) * 128 + (byte & 127);
  }
  return { at, type: null, size, base: start - back };
}

/** How many packed bytes an object takes. Large ones are unpacked in pieces that nobody keeps. */
async function packedLength(bytes: Buffer, size: number): Promise<number> {
  if (size <= maxObjectBytes) return inflate(bytes, size).packed;
  const stream = createInflate();
  stream.end(bytes);
  let unpacked = 0;
  try {
    for await (const part of stream) {
      unpacked += (part as Buffer).length;
      if (unpacked > size) break;
    }
  } catch {
    // Damaged: it has another size than it says, too.
  }
  if (unpacked !== size) throw new GitProtocolError("The pack has an object of another size than it says");
  return stream.bytesWritten;
}

function inflate(bytes: Buffer, size: number): { data: Buffer; packed: number } {
  try {
    const { buffer, engine } = inflateSync(bytes, {
      info: true,
      maxOutputLength: Math.max(size, 1),
    }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (buffer.length === size) return { data: buffer, packed: engine.bytesWritten };
  } catch {
    // Said below: damaged, or larger than it says.
  }
  throw new GitProtocolError("The pack has an object that cannot be unpacked");
}

type Unpack = (at: number) => Unpacked | null;

/** Unpacks the object at a place, after all that it rests on; null for one that is too large or rests on what is not here. */
function makeUnpacker(bytes: Buffer, entries: Map<number, Entry>, places: Map<string, number>): Unpack {
  const cache = new Map<number, Unpacked>();
  let cached = 0;
  const keep = (at: number, unpacked: Unpacked) => {
    cached += unpacked.data.length;
    cache.set(at, unpacked);
    for (const [oldest, { data }] of cache) {
      if (cached <= cacheBytes) break;
      cached -= data.length;
      cache.delete(oldest);
    }
    return unpacked;
  };
  return (at) => {
    const deltas: { at: number; entry: Entry }[] = [];
    let place = at;
    let found = cache.get(place);
    while (!found) {
      const entry = entries.get(place);
      if (!entry || entry.size > maxObjectBytes || deltas.length > 5_000) return null;
      if (entry.type)
        found = keep(place, {
          type: entry.type,
          data: inflate(bytes.subarray(entry.at, -20), entry.size).data,
        });
      else {
        deltas.push({ at: place, entry });
        const base = typeof entry.base === "string" ? places.get(entry.base) : entry.base;
        if (base === undefined || base === null) return null;
        place = base;
        found = cache.get(place);
      }
    }
    for (const delta of deltas.reverse()) {
      const change = inflate(bytes.subarray(delta.entry.at, -20), delta.entry.size).data;
      if (readDeltaSize(change) > maxObjectBytes) return null;
      found = keep(delta.at, { type: found.type, data: applyDelta(found.data, change) });
    }
    return found;
  };
}

/** An object's name is the SHA-1 of its type, size and content. What a delta rests on may stand after it in the pack. */
async function nameAll(
  entries: Map<number, Entry>,
  unpack: Unpack,
  places: Map<string, number>,
): Promise<void> {
  let waiting = [...entries.keys()];
  for (let before = -1; waiting.length > 0 && waiting.length !== before; ) {
    before = waiting.length;
    const later: number[] = [];
    for (const [index, at] of waiting.entries()) {
      const found = unpack(at);
      if (found) {
        const head = `${found.type} ${found.data.length}\0`;
        const oid = createHash("sha1").update(head).update(found.data).digest("hex");
        places.set(oid, at);
      } else later.push(at);
      if (index % 500 === 499) await nextTurn();
    }
    waiting = later;
  }
}
