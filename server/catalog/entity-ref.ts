export type EntityRef = { kind: string; namespace: string; name: string };

export const defaultNamespace = "default";

/** A text that is no reference; the message says what is missing, in words for the author of the file. */
export class RefError extends Error {
  override name = "RefError";
}

/**
 * Parses `[kind:][namespace/]name` and fills in what is left out. Upper and lower case are kept.
 * A slash before the first colon makes the colon part of the name, as Backstage reads it.
 */
export function parseRef(text: string, defaults: { kind?: string; namespace?: string } = {}): EntityRef {
  const slash = text.indexOf("/");
  const firstColon = text.indexOf(":");
  const colon = slash !== -1 && slash < firstColon ? -1 : firstColon;
  const kind = colon === -1 ? defaults.kind : text.slice(0, colon);
  const namespace =
    slash === -1
      ? (defaults.namespace ?? defaultNamespace)
      : text.slice(colon + 1, Math.max(slash, colon + 1));
  const name = text.slice(Math.max(colon, slash) + 1);
  if (text === "") throw new RefError("is empty");
  if (kind === undefined) throw new RefError(`"${text}" does not say its kind: write it as kind:${text}`);
  if (!kind || !namespace || !name)
    throw new RefError(`"${text}" is not a reference: write it as kind:namespace/name`);
  return { kind, namespace, name };
}

/** The one spelling under which an entity is known: `kind:namespace/name` in lower case. */
export function formatRef(ref: EntityRef): string {
  return `${ref.kind}:${ref.namespace}/${ref.name}`.toLowerCase();
}

/** The full lower-case reference of what somebody typed, or null when it is none. Without a kind it means a Component. */
export function normaliseRef(
  text: string,
  defaults: { kind?: string; namespace?: string } = {},
): string | null {
  try {
    return formatRef(parseRef(text.trim(), { kind: "component", ...defaults }));
  } catch {
    return null;
  }
}
