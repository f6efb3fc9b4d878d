export type Claims = Readonly<Record<string, unknown>>;

/** Of the protocol, not of the person. */
const notKept = new Set(
  "iss aud exp iat nbf nonce azp acr amr at_hash c_hash s_hash auth_time jti sid uti rh aio ver".split(" "),
);

/** The claims that somebody may be matched by: plain values, at most 60 of them, cut at 300 characters. */
export function plainClaims(claims: Claims): Record<string, string | number | boolean> {
  const plain: [string, string | number | boolean][] = [];
  for (const [name, value] of Object.entries(claims)) {
    if (notKept.has(name) || name.startsWith("_") || name.length > 100) continue;
    if (typeof value === "string") plain.push([name, withoutNul(value).slice(0, 300)]);
    else if (typeof value === "number" || typeof value === "boolean") plain.push([name, value]);
  }
  return Object.fromEntries(plain.slice(0, 60));
}

const withoutNul = (text: string) => text.replaceAll("\u0000", "");

/** The value of a claim; a dot leads into an object where no claim has the whole name ("realm_access.roles"). */
export function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** Names of groups in a claim: one or a list of texts; undefined where there is no such claim. At most 2,000. */
export function groupsIn(claims: Claims, path: string): string[] | undefined {
  const value = claimAt(claims, path);
  if (value === undefined || value === null) return undefined;
  const names = (Array.isArray(value) ? value : [value]).filter((name) => typeof name === "string");
  return [
    ...new Set(names.map((name) => withoutNul(name).trim()).filter((name) => name && name.length <= 300)),
  ].slice(0, 2_000);
}

/** A text claim; null where it is absent, empty or no text. */
export function textClaim(claims: Claims, ...names: string[]): string | null {
  for (const name of names) {
    const value = claims[name];
    if (typeof value === "string" && value.trim()) return withoutNul(value).trim().slice(0, 200);
  }
  return null;
}
