import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Key, Keyring } from "./keyring.ts";

export const sha256 = (data: string | Uint8Array): Buffer => createHash("sha256").update(data).digest();

/** 256 random bits for tokens and sessions, safe in URLs and headers. */
export const randomToken = (): string => randomBytes(32).toString("base64url");

/** Compares in constant time; different lengths are simply unequal. */
export function isEqualSecret(left: Uint8Array, right: Uint8Array): boolean {
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}

/** Where a sealed value lives. A ciphertext moved to another table, row or column does not open. */
export type SecretPlace = { table: string; row: string; column: string };

/** A sealed value that none of the keys opens; the message names the key that it wants, never a value. */
export class SealError extends Error {
  override name = "SealError";
}

const version = 2;
const nonceBytes = 12;
const tagBytes = 16;
const boxBytes = nonceBytes + tagBytes;
const dataKeyBytes = 32;

/**
 * Seals with AES-256-GCM under a random data key of its own, which the active key wraps:
 * version byte 2, length and ASCII of the key id, wrapped data key, body. Both are nonce (12), tag (16), ciphertext, and
 * both are bound to table, row, column and key id.
 */
export function seal(keyring: Keyring, place: SecretPlace, plain: string): Buffer {
  const key = keyring.active();
  const dataKey = randomBytes(dataKeyBytes);
  const id = Buffer.from(key.id, "ascii");
  return Buffer.concat([
    Buffer.from([version, id.byteLength]),
    id,
    encrypt(key.wrapping, boundTo("data key", place, key.id), dataKey),
    encrypt(dataKey, boundTo("secret", place, key.id), Buffer.from(plain, "utf8")),
  ]);
}

/**
 * Opens what `seal` made, now or in the release before. Throws SealError when no key of the ring is the right one, or
 * when the place or a byte is another.
 */
export function open(keyring: Keyring, place: SecretPlace, sealed: Uint8Array): string {
  const buffer = Buffer.from(sealed);
  if (buffer[0] === 1) return openFirst(keyring, place, buffer);
  const { keyId, rest } = readHead(buffer);
  const key = keyring.find(keyId);
  if (!key)
    throw new SealError(`A stored secret was sealed with the key "${keyId}", which is not in the keyring`);
  const wrapped = rest.subarray(0, boxBytes + dataKeyBytes);
  const dataKey = decrypt(key.wrapping, boundTo("data key", place, keyId), wrapped);
  const plain = dataKey && decrypt(dataKey, boundTo("secret", place, keyId), rest.subarray(wrapped.length));
  if (!plain) throw new SealError(doesNotOpen(`the key "${keyId}"`));
  return plain.toString("utf8");
}

/** The id of the key that sealed this value; null for a value of the release before, which does not say. */
export function sealedWith(sealed: Uint8Array): string | null {
  const buffer = Buffer.from(sealed);
  return buffer[0] === 1 ? null : readHead(buffer).keyId;
}

const doesNotOpen = (what: string) =>
  `A stored secret does not open with ${what}: the key is another one, or the stored value was changed or moved`;

function readHead(buffer: Buffer): { keyId: string; rest: Buffer } {
  const end = 2 + (buffer[1] ?? 0);
  if (buffer[0] !== version || buffer.byteLength < end + 2 * boxBytes + dataKeyBytes)
    throw new SealError("A stored secret has an unknown form");
  return { keyId: buffer.toString("ascii", 2, end), rest: buffer.subarray(end) };
}

/** Version byte 1, nonce, tag, ciphertext, directly under a key that is not named: each is tried. */
function openFirst(keyring: Keyring, place: SecretPlace, buffer: Buffer): string {
  const bound = Buffer.from(`${place.table}\u0000${place.row}\u0000${place.column}`);
  for (const key of keyring.all()) {
    const plain = decrypt(key.first, bound, buffer.subarray(1));
    if (plain) return plain.toString("utf8");
  }
  throw new SealError(doesNotOpen("any key of the keyring"));
}

const boundTo = (what: string, place: SecretPlace, keyId: Key["id"]): Buffer =>
  Buffer.from(JSON.stringify(["milepost", what, place.table, place.row, place.column, keyId]));

function encrypt(key: Buffer, bound: Buffer, plain: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(bound);
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

function decrypt(key: Buffer, bound: Buffer, box: Buffer): Buffer | null {
  if (box.byteLength < boxBytes) return null;
  const decipher = createDecipheriv("aes-256-gcm", key, box.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(bound);
  decipher.setAuthTag(box.subarray(nonceBytes, boxBytes));
  try {
    return Buffer.concat([decipher.update(box.subarray(boxBytes)), decipher.final()]);
  } catch {
    return null;
  }
}
