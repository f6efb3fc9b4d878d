import { createHash } from "node:crypto";

/** One key as somebody wrote it down. */
export type KeyEntry = { id: string; value: string };

const idForm = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;
const leastLength = 32;
const leastVariety = 8;
/** Words that stand in examples and templates, never by chance in a random key. */
const placeholders =
  /change.?me|replace.?me|placeholder|password|passwort|example|insecure|your.?(secret|key)|supersecret|default.?key|lorem.?ipsum|qwertz|qwerty/i;

/**
 * Reads the keys of MILEPOST_SECRET_KEY (separated by commas) or of the key file (one a line): each is `id:key`, or a
 * bare key, whose id is then made from it. The first is the active one and has to be strong; a weak one that only opens
 * what it has sealed may stay until it is rotated out. Throws one sentence, which never holds a key.
 */
export function parseKeys(text: string, separator: "," | "\n"): KeyEntry[] {
  const entries = text
    .split(separator)
    .map((part) => part.trim())
    .filter(Boolean)
    .map(parseEntry);
  if (entries.length === 0) throw new Error("holds no key");
  const weakness = weaknessOf(entries[0]?.value ?? "");
  if (weakness) throw new Error(entries.length > 1 ? `has a first key that ${weakness}` : weakness);
  const twice = entries.find(({ id }, index) => entries.findIndex((entry) => entry.id === id) < index);
  if (twice) throw new Error(`names the key "${twice.id}" twice: give each key an id of its own`);
  return entries;
}

function parseEntry(part: string): KeyEntry {
  const colon = part.indexOf(":");
  const id = part.slice(0, Math.max(colon, 0));
  if (colon > 0 && idForm.test(id)) return { id, value: part.slice(colon + 1) };
  return { id: deriveKeyId(part), value: part };
}

/** The id of a key that has none: tells keys apart, and tells nothing about the key. */
export const deriveKeyId = (value: string): string =>
  createHash("sha256").update(`milepost key id\u0000${value}`).digest("hex").slice(0, 8);

/** Why a key must not protect anything; null when it may. */
export function weaknessOf(value: string): string | null {
  const advice =
    'make one with "openssl rand -base64 32" (a key that has sealed secrets already stays in the second place)';
  if (value.length < leastLength)
    return `is too short (it takes at least ${leastLength} characters): ${advice}`;
  if (placeholders.test(value)) return `is a placeholder and not a key of your own: ${advice}`;
  if (new Set(value).size < leastVariety || isRepeated(value) || isSequence(value))
    return `can be guessed, because it repeats itself or counts up: ${advice}`;
  return null;
}

function isRepeated(value: string): boolean {
  for (let length = 1; length <= value.length / 3; length += 1)
    if (
      value ===
      value
        .slice(0, length)
        .repeat(Math.ceil(value.length / length))
        .slice(0, value.length)
    )
      return true;
  return false;
}

/** "abcdefgh…", "98765…", "aabbcc…": most characters follow from the one before. */
function isSequence(value: string): boolean {
  let steps = 0;
  for (let index = 1; index < value.length; index += 1)
    if (Math.abs(value.charCodeAt(index) - value.charCodeAt(index - 1)) <= 1) steps += 1;
  return steps > value.length * 0.6;
}
