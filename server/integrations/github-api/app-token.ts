import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { z } from "zod";
import { invalid } from "#server/core/errors.ts";

/** Reads the private key of an App, as GitHub gives it (PKCS#1) or converted (PKCS#8). Throws a DomainError of `privateKey`. */
export function readAppKey(pem: string): KeyObject {
  // One line in an environment file, with \n written out.
  const text = pem.replaceAll("\\n", "\n").trim();
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    // Told below, without a word of it.
  }
  throw invalid(
    "The private key cannot be read: paste the whole file that GitHub gave out, which begins with -----BEGIN RSA PRIVATE KEY-----",
    "privateKey",
  );
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/**
 * The App's own proof (RS256): issued a minute ago, so that a clock that runs fast does no harm, and good for nine
 * ("Generating a JSON Web Token (JWT) for a GitHub App").
 */
export function makeAppJwt(appId: string, key: KeyObject, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const claims = { iat: seconds - 60, exp: seconds + 540, iss: appId };
  const data = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`;
  return `${data}.${sign("RSA-SHA256", Buffer.from(data), key).toString("base64url")}`;
}

export const InstallationToken = z.object({ token: z.string().min(1), expires_at: z.coerce.date() });
export type InstallationToken = z.infer<typeof InstallationToken>;

/** Half a request's patience and then some: a token that ends sooner is not begun with. */
const leastLifeMs = 5 * 60_000;

export const isFresh = (token: InstallationToken | undefined, now: Date): token is InstallationToken =>
  token !== undefined && token.expires_at.getTime() - now.getTime() > leastLifeMs;
