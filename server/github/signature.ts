import { createHmac } from "node:crypto";
import { isEqualSecret, sha256 } from "#server/core/crypto.ts";

/** HMAC-SHA256 over the raw body, as X-Hub-Signature-256 carries it. */
export function signBody(secret: string, body: Uint8Array): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** The secret that a token shows; null when it is none of them. Compares in constant time, whatever the lengths. */
export function findShown<Secret extends { value: string }>(
  secrets: readonly Secret[],
  token: string,
): Secret | null {
  const given = sha256(token);
  return secrets.find((secret) => isEqualSecret(sha256(secret.value), given)) ?? null;
}

/** The secret that made the signature; null when none of them did. Compares in constant time. */
export function findSigner<Secret extends { value: string }>(
  secrets: readonly Secret[],
  body: Uint8Array,
  signature: string,
): Secret | null {
  const given = Buffer.from(signature);
  return secrets.find((secret) => isEqualSecret(Buffer.from(signBody(secret.value, body)), given)) ?? null;
}
