import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { open, seal } from "./crypto.ts";
import { parseKeys } from "./key-grammar.ts";
import { makeKeyFile, makeKeyring, newKey, readKeyFile, readKeyring, replaceKeyFile } from "./keyring.ts";

const place = { table: "connection_secrets", row: "1", column: "sealed" };
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "milepost-keys-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));
const strong = "Zr8kTq2vLm5xWc9bNf4hJd7sGp3yRa6e";

test("a bare key has an id of its own, always the same; a written id wins", () => {
  const [bare] = parseKeys(strong, ",");
  expect(bare).toEqual({ id: expect.stringMatching(/^[0-9a-f]{8}$/), value: strong });
  expect(parseKeys(strong, ",")[0]?.id).toBe(bare?.id);
  expect(parseKeys(`2026-11:${strong}, old:weak but old`, ",")).toEqual([
    { id: "2026-11", value: strong },
    { id: "old", value: "weak but old" },
  ]);
});

test.each([
  ["hunter2", "too short"],
  ["a".repeat(40), "repeats itself"],
  ["0123456789".repeat(4), "repeats itself"],
  ["abcdefghijklmnopqrstuvwxyz0123456789", "counts up"],
  ["please-change-me-please-change-me-now", "placeholder"],
  ["my-super-PASSWORD-for-the-portal-2026", "placeholder"],
  ["", "holds no key"],
  [" , ", "holds no key"],
  [`a:${strong},a:${strong}x`, 'the key "a" twice'],
  [`weak,a:${strong}`, "has a first key that is too short"],
])("%j is refused, and the sentence does not say it", (text, words) => {
  expect(() => parseKeys(text, ",")).toThrow(words);
  if (text.trim().length > 3) expect(() => parseKeys(text, ",")).not.toThrow(text);
});

test("keys as people make them are taken", () => {
  for (let index = 0; index < 2_000; index += 1) parseKeys(newKey().value, ",");
  for (const text of ["d41d8cd98f00b204e9800998ecf8427e", "correct horse battery staple, not that one"])
    expect(parseKeys(text, "\n")).toHaveLength(1);
});

test("the file is made once, for its owner alone, and is closed again when it was opened to others", () => {
  makeKeyFile({ dataDir });
  const file = join(dataDir, "secret-key");
  const first = readFileSync(file, "utf8");
  makeKeyFile({ dataDir });
  expect(readFileSync(file, "utf8")).toBe(first);
  writeFileSync(file, strong, { mode: 0o644 });
  rmSync(file);
  writeFileSync(file, strong, { mode: 0o644 });
  expect(readKeyFile(file)).toEqual(parseKeys(strong, ","));
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("without a key there is a sentence, not a new key", () => {
  expect(() => readKeyring({ MILEPOST_SECRET_KEY: undefined, dataDir })).toThrow("There is no secret key");
  expect(readdirSync(dataDir)).toEqual([]);
});

test("a process that runs finds the keys of a rotation, and seals with the new one", () => {
  makeKeyFile({ dataDir });
  const [old] = readKeyFile(join(dataDir, "secret-key"));
  const running = readKeyring({ MILEPOST_SECRET_KEY: undefined, dataDir });
  const before = seal(running, place, "before");
  const fresh = newKey();
  replaceKeyFile({ dataDir }, [fresh, old!]);
  const elsewhere = seal(readKeyring({ MILEPOST_SECRET_KEY: undefined, dataDir }), place, "after");
  expect(open(running, place, elsewhere)).toBe("after");
  expect(open(running, place, before)).toBe("before");
  expect(running.active().id).toBe(fresh.id);
  replaceKeyFile({ dataDir }, [fresh]);
  expect(() => open(running, place, before)).toThrow(old!.id);
  rmSync(join(dataDir, "secret-key"));
  expect(open(running, place, elsewhere)).toBe("after");
  expect(readdirSync(dataDir)).toEqual([]);
});

test("a keyring that is printed or serialised shows no key", () => {
  const ring = makeKeyring(`shown:${strong}`);
  expect(JSON.stringify(ring) + inspect(ring, { depth: 9 })).not.toContain(strong);
});
