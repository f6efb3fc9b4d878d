/** What a pattern may name of the entry whose page it is on. */
export type CardFacts = {
  /** Of the annotation; null for cards without one. */
  value: string | null;
  name: string;
  namespace: string;
  kind: string;
  /** The name in the owner's reference, without kind and namespace. */
  owner: string | null;
  system: string | null;
  /** `owner/repository` */
  repository: string | null;
};

export const cardPlaces = ["value", "name", "namespace", "kind", "owner", "system", "repository"] as const;
export type CardPlace = (typeof cardPlaces)[number];

export type CardField = { label: string; pointer: string };

export type Card = {
  name: string;
  preset: string | null;
  kind: "link" | "values";
  annotation: string | null;
  entityKinds: readonly string[];
  urlPattern: string;
};

const place = /\{(\+?)([^{}]*)\}/g;

/** What is wrong with a pattern, as a sentence that begins with "it"; null when it can be used. */
export function patternProblem(pattern: string): string | null {
  for (const [, , name = ""] of pattern.matchAll(place))
    if (!(cardPlaces as readonly string[]).includes(name))
      return `it names {${name}}, which is not known: use ${cardPlaces.map((known) => `{${known}}`).join(", ")}`;
  if (pattern === "{+value}") return null;
  const origin = originOf(pattern);
  if (!origin) return "it has to begin with https:// and a host, or be {+value} alone";
  return null;
}

/** The scheme and host that a pattern names itself; null where a place stands in it. */
export function originOf(pattern: string): string | null {
  const found = /^https?:\/\/[^/?#{}\s]+(?=[/?#]|$)/i.exec(pattern);
  const url = found ? URL.parse(found[0]) : null;
  return url && !url.username && !url.password ? url.origin : null;
}

/**
 * The address that a pattern makes for an entry, as RFC 6570 fills `{name}` (everything escaped); `{+name}` keeps slashes and
 * nothing else, so that what stands in a file stays in the path that the pattern names. Null where the entry lacks what is named, or where the outcome is no web address of the pattern's host.
 */
export function fillPattern(pattern: string, facts: CardFacts): string | null {
  if (pattern === "{+value}") return webAddress(facts.value ?? "");
  let isWhole = true;
  const filled = pattern.replace(place, (_, plus: string, name: string) => {
    const value = facts[name as CardPlace]?.toWellFormed();
    const parts = (value ?? "").split("/");
    // "..", also escaped, would lead out of the path that the pattern names.
    if (!value || parts.some((part) => /^(\.|%2e){1,2}$/i.test(part.trim()))) isWhole = false;
    return plus ? parts.map(encodeURIComponent).join("/") : encodeURIComponent(value ?? "");
  });
  if (!isWhole) return null;
  const address = webAddress(filled);
  return address !== null && new URL(address).origin === originOf(pattern) ? address : null;
}

function webAddress(text: string): string | null {
  const url = URL.parse(text);
  return url && /^https?:$/.test(url.protocol) && !url.username && !url.password ? url.toString() : null;
}

/** Whether a card belongs on the page of an entry of this kind. */
export const isForKind = (card: Pick<Card, "entityKinds">, kind: string): boolean =>
  card.entityKinds.length === 0 || card.entityKinds.includes(kind.toLowerCase());

const longestText = 200;

/**
 * A value by its JSON pointer (RFC 6901), as text of at most 200 letters; the number of members for a list. Null where
 * there is none, or something that is no single value.
 */
export function textAt(document: unknown, pointer: string): string | null {
  const found = valueAt(document, pointer);
  if (typeof found === "string") return found.slice(0, longestText);
  if (typeof found === "number" || typeof found === "boolean") return String(found);
  if (Array.isArray(found)) return String(found.length);
  return null;
}

function valueAt(document: unknown, pointer: string): unknown {
  if (pointer === "") return document;
  let at: unknown = document;
  for (const part of pointer.slice(1).split("/")) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

/** An answer older than this is asked for again when somebody looks, in seconds. */
export const freshForSeconds = 300;
