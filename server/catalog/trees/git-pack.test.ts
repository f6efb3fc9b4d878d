import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { maxObjectBytes, openPack } from "./git-pack.ts";

type Made = { type: number; data: Buffer; size?: number; before?: Buffer };

/** Type and size as a pack writes them: four bits of size in the first byte, seven in each that follows. */
function head(type: number, size: number): Buffer {
  const bytes = [(type << 4) | (size & 15)];
  for (let left = Math.floor(size / 16); left > 0; left = Math.floor(left / 128)) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 128;
    bytes.push(left & 127);
  }
  return Buffer.from(bytes);
}

function packOf(objects: readonly Made[], count = objects.length): Buffer {
  const start = Buffer.alloc(12);
  start.write("PACK", "latin1");
  start.writeUInt32BE(2, 4);
  start.writeUInt32BE(count, 8);
  const body = objects.flatMap(({ type, data, size, before }) => [
    head(type, size ?? data.length),
    before ?? Buffer.alloc(0),
    deflateSync(data),
  ]);
  const whole = Buffer.concat([start, ...body]);
  return Buffer.concat([whole, createHash("sha1").update(whole).digest()]);
}

const nameOf = (text: string) => createHash("sha1").update(`blob ${text.length}\0${text}`).digest("hex");
const blob = (text: string): Made => ({ type: 3, data: Buffer.from(text) });
/** From a base of five letters: copies two, writes "XY". */
const delta = Buffer.from([5, 4, 0x80 | 0x01 | 0x10, 1, 2, 2, 0x58, 0x59]);

test("objects are found by name, differences are put together, in any order", async () => {
  const base = Buffer.from(nameOf("hello"), "hex");
  const pack = await openPack(packOf([{ type: 7, data: delta, before: base }, blob("hello")]));
  expect(pack.read(nameOf("hello"))).toEqual({ type: "blob", data: Buffer.from("hello") });
  expect(pack.read(nameOf("elXY"))).toEqual({ type: "blob", data: Buffer.from("elXY") });
  expect(pack.read(nameOf("absent"))).toBeNull();
});

test("what is too large is never unpacked into memory, and what rests on it is not there", async () => {
  const large = "x".repeat(maxObjectBytes + 1);
  const pack = await openPack(packOf([blob(large), blob("small")]));
  expect(pack.read(nameOf(large))).toBeNull();
  expect(pack.read(nameOf("small"))).toMatchObject({ type: "blob" });
});

const good = packOf([blob("hello")]);
const flipped = Buffer.from(good);
flipped[14] = (flipped[14] ?? 0) ^ 1;

test.each([
  ["nothing", Buffer.alloc(0), "no pack"],
  ["something else", Buffer.from("x".repeat(100)), "no pack"],
  ["a damaged byte", flipped, "damaged"],
  ["an end too early", good.subarray(0, -1), "damaged"],
  ["fewer objects than it says", packOf([blob("hello")], 3), "pack"],
  ["a bomb", packOf([{ type: 3, data: Buffer.alloc(50_000_000), size: 10 }]), "cannot be unpacked"],
  ["a large bomb", packOf([{ type: 3, data: Buffer.alloc(50_000_000), size: 9_000_000 }]), "another size"],
  ["a number without an end", packOf([{ type: 3, data: Buffer.from("x"), size: 2 ** 50 }]), "too large"],
  ["an unknown kind", packOf([{ type: 5, data: Buffer.from("x") }]), "unknown kind"],
])("%s is refused", async (_, bytes, words) => {
  await expect(openPack(bytes)).rejects.toThrow(words);
});

test.each([
  ["of another size", Buffer.from([6, 4, 0x91, 1, 2, 2, 0x58, 0x59])],
  ["that copies from beyond the base", Buffer.from([5, 4, 0x91, 4, 4])],
  ["that writes more than it says", Buffer.from([5, 1, 2, 0x58, 0x59])],
  ["that writes less", Buffer.from([5, 9, 2, 0x58, 0x59])],
  ["that ends within a piece", Buffer.from([5, 4, 9, 0x58])],
  ["with a piece of no kind", Buffer.from([5, 4, 0])],
  ["with a number without an end", Buffer.alloc(30, 0xff)],
])("a difference %s is refused", async (_, data) => {
  const base = Buffer.from(nameOf("hello"), "hex");
  await expect(openPack(packOf([blob("hello"), { type: 7, data, before: base }]))).rejects.toThrow(
    "damaged delta",
  );
});

test("differences that rest on one another are left out", async () => {
  const before = Buffer.from(nameOf("nobody"), "hex");
  const pack = await openPack(packOf([{ type: 7, data: delta, before }, blob("hello")]));
  expect(pack.read(nameOf("elXY"))).toBeNull();
});
