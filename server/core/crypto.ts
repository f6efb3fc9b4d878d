import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";

export const sha256 = (data: string | Uint8Array): Buffer => createHash("sha256").update(data).digest();

/** 256 random bits for tokens and sessions, safe in URLs and headers. */
export const randomToken = (): string => randomBytes(32).toString("base64url");

/** Compares in constant time; different lengths are simply unequal. */
export function isEqualSecret(left: Uint8Array, right: Uint8Array): boolean {
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}

/** Where a sealed value lives. A ciphertext moved to another table, row or column does not open. */
export type SecretPlace = { table: string; row: string; column: string };

const version = 1;

function keyFor(secretKey: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secretKey, "", "milepost secrets v1", 32));
}

const placeOf = (place: SecretPlace) => Buffer.from(`${place.table}\u0000${place.row}\u0000${place.column}`);

/** Seals with AES-256-GCM: version byte, 96-bit nonce, 128-bit tag, ciphertext. */
export function seal(secretKey: string, place: SecretPlace, plain: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keyFor(secretKey), nonce);
  cipher.setAAD(placeOf(place));
  const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.from([version]), nonce, cipher.getAuthTag(), body]);
}

/** Opens what `seal` made. Throws when the key, the place or a byte is another. */
export function open(secretKey: string, place: SecretPlace, sealed: Uint8Array): string {
  const buffer = Buffer.from(sealed);
  if (buffer[0] !== version || buffer.byteLength < 29) throw new Error("A stored secret has an unknown form");
  const decipher = createDecipheriv("aes-256-gcm", keyFor(secretKey), buffer.subarray(1, 13));
  decipher.setAAD(placeOf(place));
  decipher.setAuthTag(buffer.subarray(13, 29));
  return Buffer.concat([decipher.update(buffer.subarray(29)), decipher.final()]).toString("utf8");
}
