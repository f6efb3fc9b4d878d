import { GitProtocolError } from "./git-packets.ts";

const damaged = () => new GitProtocolError("The pack has a damaged delta");

/** A number of seven bits a byte, the lowest first; gives it and where the next thing begins. */
function readNumber(bytes: Buffer, start: number): [value: number, next: number] {
  let value = 0;
  let at = start;
  for (let weight = 1; ; weight *= 128) {
    const byte = bytes[at++];
    if (byte === undefined || weight > 2 ** 42) throw damaged();
    value += (byte & 127) * weight;
    if ((byte & 128) === 0) return [value, at];
  }
}

/** How large the object will be that a delta makes. */
export const readDeltaSize = (delta: Buffer): number => readNumber(delta, readNumber(delta, 0)[1])[0];

/**
 * Makes an object of the one it rests on and its delta (gitformat-pack, "Deltified representation"): a row of pieces,
 * copied from the base or written out. Throws GitProtocolError.
 */
export function applyDelta(base: Buffer, delta: Buffer): Buffer {
  const [baseSize, afterBase] = readNumber(delta, 0);
  const [size, start] = readNumber(delta, afterBase);
  if (baseSize !== base.length) throw damaged();
  const result = Buffer.alloc(size);
  let written = 0;
  let at = start;
  while (at < delta.length) {
    const code = delta[at++] ?? 0;
    let piece: Buffer;
    if (code & 128) {
      let [from, length] = [0, 0];
      for (let index = 0; index < 4; index += 1)
        if (code & (1 << index)) from += (delta[at++] ?? 0) * 256 ** index;
      for (let index = 0; index < 3; index += 1)
        if (code & (16 << index)) length += (delta[at++] ?? 0) * 256 ** index;
      length ||= 0x10000;
      if (from + length > base.length) throw damaged();
      piece = base.subarray(from, from + length);
    } else {
      if (code === 0 || at + code > delta.length) throw damaged();
      piece = delta.subarray(at, at + code);
      at += code;
    }
    if (written + piece.length > size) throw damaged();
    written += piece.copy(result, written);
  }
  if (written !== size) throw damaged();
  return result;
}
