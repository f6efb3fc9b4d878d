import { hkdfSync, randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Env, readEnv, SettingError } from "./env.ts";
import { deriveKeyId, type KeyEntry, parseKeys } from "./key-grammar.ts";

/** A key, ready for use. What it was made from is not kept. */
export type Key = {
  id: string;
  /** Wraps the data keys of sealed values. */
  wrapping: Buffer;
  /** Opens values of the release before, which had no data keys. */
  first: Buffer;
};

/**
 * The keys that secrets at rest are sealed with: the active one seals, the others only open. Its parts are functions, so
 * that nothing of it appears where somebody prints it.
 */
export type Keyring = {
  source: "environment" | "file";
  active: () => Key;
  /** The key of this id; a file that was changed meanwhile (`milepost keys rotate`) is read again. */
  find: (id: string) => Key | undefined;
  all: () => readonly Key[];
};

type KeySettings = Pick<Env, "MILEPOST_SECRET_KEY" | "dataDir">;

export const keyFile = (env: Pick<Env, "dataDir">): string => join(env.dataDir, "secret-key");

export const hasKeys = (env: KeySettings): boolean =>
  env.MILEPOST_SECRET_KEY !== undefined || existsSync(keyFile(env));

/**
 * The keyring of MILEPOST_SECRET_KEY, or else of the file `secret-key` in the data folder. Throws SettingError when
 * there is neither, when a key is weak, or when the file is open to others. Makes no key: that is `makeKeyFile`.
 */
export function readKeyring(env: KeySettings): Keyring {
  if (env.MILEPOST_SECRET_KEY !== undefined) return makeKeyring(env.MILEPOST_SECRET_KEY);
  return fileKeyring(keyFile(env));
}

/** A keyring of these keys, written as in MILEPOST_SECRET_KEY; the first is the active one. */
export function makeKeyring(text: string, separator: "," | "\n" = ","): Keyring {
  const keys = parseSetting(text, separator, "MILEPOST_SECRET_KEY").map(toKey);
  return keyringOf("environment", () => keys);
}

function fileKeyring(file: string): Keyring {
  let version = versionOf(file);
  let keys = readKeyFile(file).map(toKey);
  return keyringOf("file", () => {
    const now = versionOf(file);
    if (now === version || now === "absent") return keys;
    keys = readKeyFile(file).map(toKey);
    version = now;
    return keys;
  });
}

function keyringOf(source: Keyring["source"], read: () => readonly Key[]): Keyring {
  return {
    source,
    all: read,
    active: () => {
      const [first] = read();
      if (!first) throw new SettingError("The keyring holds no key");
      return first;
    },
    find: (id) => read().find((key) => key.id === id),
  };
}

/** Changes whenever the file is written anew. */
function versionOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.ino}/${found.size}/${found.mtimeMs}` : "absent";
}

function toKey({ id, value }: KeyEntry): Key {
  const derive = (purpose: string) => Buffer.from(hkdfSync("sha256", value, "", purpose, 32));
  return { id, wrapping: derive("milepost secrets v2"), first: derive("milepost secrets v1") };
}

function parseSetting(text: string, separator: "," | "\n", name: string): KeyEntry[] {
  try {
    return parseKeys(text, separator);
  } catch (error) {
    throw new SettingError(`${name} ${(error as Error).message}`);
  }
}

/** The keys of the file, the active one first. Throws SettingError with what to do. */
export function readKeyFile(file: string): KeyEntry[] {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found)
    throw new SettingError(
      `There is no secret key: neither MILEPOST_SECRET_KEY is set nor is there a file ${file}`,
    );
  if ((found.mode & 0o077) !== 0) closeToOthers(file);
  return parseSetting(readFileSync(file, "utf8"), "\n", `The file ${file}`);
}

function closeToOthers(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch {
    throw new SettingError(
      `The secret key in ${file} can be read by others: run "chmod 600" on it as its owner`,
    );
  }
}

/** A new random key of 256 bits. */
export function newKey(): KeyEntry {
  const value = randomBytes(32).toString("base64url");
  return { id: deriveKeyId(value), value };
}

/** Makes the key file of a first start; whoever comes second finds the first one's. */
export function makeKeyFile(env: Pick<Env, "dataDir">): void {
  mkdirSync(env.dataDir, { recursive: true });
  try {
    const { id, value } = newKey();
    writeFileSync(keyFile(env), `${id}:${value}\n`, { mode: 0o600, flag: "wx", flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Writes the key file anew in one step: after a crash there is the old one or the new one, never half of it. */
export function replaceKeyFile(env: Pick<Env, "dataDir">, entries: readonly KeyEntry[]): void {
  const file = keyFile(env);
  const draft = `${file}.${process.pid}.new`;
  try {
    const text = entries.map(({ id, value }) => `${id}:${value}\n`).join("");
    writeFileSync(draft, text, { mode: 0o600, flag: "wx", flush: true });
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  const folder = openSync(env.dataDir, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

const shared = Symbol.for("milepost.keyring");
type Shared = { [shared]?: Keyring };

/** The process's keyring. Next bundles its own copy of this module, so it hangs on a global symbol. */
export function currentKeyring(): Keyring {
  const holder = globalThis as Shared;
  holder[shared] ??= readKeyring(readEnv());
  return holder[shared];
}
