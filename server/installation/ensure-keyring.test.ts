import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect } from "vitest";
import { connectionSecrets, connections, installation } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { open, seal } from "#server/core/crypto.ts";
import { newKey, readKeyring } from "#server/core/keyring.ts";
import { connectionSecretPlace, keyCheckPlace, sealedColumns } from "#server/core/sealed-columns.ts";
import { as, test } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { ensureKeyring } from "./ensure-keyring.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "milepost-ensure-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));
const id = "6f1c1f6e-7a53-4a0e-9c55-0d4b0a2b7a01";
const file = () => join(dataDir, "secret-key");
const none = () => ({ MILEPOST_SECRET_KEY: undefined, dataDir });

async function begin(db: Db): Promise<void> {
  await db.delete(installation);
  await db.delete(connections);
  await db.insert(installation).values({ mode: "production" });
}

async function addSecret(db: Db): Promise<void> {
  await db.insert(connections).values({ id, kind: "github", name: "Sealed" });
  const sealed = seal(testKeyring, connectionSecretPlace(id), "a webhook secret");
  await db.insert(connectionSecrets).values({ id, connectionId: id, purpose: "webhook", sealed });
}

test("the first start makes a key and a check of it; the next one finds both", async ({ db }) => {
  await begin(db);
  await ensureKeyring(as(db), none());
  const [row] = await db.select({ keyCheck: installation.keyCheck }).from(installation);
  const made = readFileSync(file(), "utf8");
  await ensureKeyring(as(db), none());
  expect(readFileSync(file(), "utf8")).toBe(made);
  expect(await db.select({ keyCheck: installation.keyCheck }).from(installation)).toEqual([row]);
  expect(open(readKeyring(none()), keyCheckPlace, row!.keyCheck!)).toBe("Milepost key check");
});

test("a lost key file refuses the start, names the key, and makes no other", async ({ db }) => {
  await begin(db);
  const { id: keyId } = (await ensureKeyring(as(db), none())).active();
  rmSync(file());
  await expect(ensureKeyring(as(db), none())).rejects.toThrow(
    new RegExp(`sealed with the key "${keyId}", but there is no key at all.*MILEPOST_SECRET_KEY`),
  );
  expect(existsSync(file())).toBe(false);
});

test("another key refuses the start, whether the check or only a secret tells it", async ({ db }) => {
  await begin(db);
  await addSecret(db);
  await expect(ensureKeyring(as(db), none())).rejects.toThrow('sealed with the key "test", but there is no');
  const other = newKey();
  writeFileSync(file(), `${other.id}:${other.value}`);
  const attempt = ensureKeyring(as(db), none());
  await expect(attempt).rejects.toThrow(
    /in connection_secrets\) that were sealed with the key "test", but the keys of/,
  );
  await expect(attempt).rejects.not.toThrow(other.value);
  writeFileSync(file(), `test:${other.value}`);
  await expect(ensureKeyring(as(db), none())).rejects.toThrow('another key of the id "test"');
  const [row] = await db.select({ keyCheck: installation.keyCheck }).from(installation);
  expect(row?.keyCheck).toBeNull();
});

test("a key behind the first one opens what it has sealed", async ({ db }) => {
  await begin(db);
  await addSecret(db);
  const text = `${newKey().value},test:a key for tests that nobody keeps anything behind`;
  const ring = await ensureKeyring(as(db), { MILEPOST_SECRET_KEY: text, dataDir });
  expect(ring.source).toBe("environment");
  expect(existsSync(file())).toBe(false);
});

test("every column of bytes that holds sealed values is in the registry", async ({ db }) => {
  const rows = await db.execute<{ place: string }>(sql`
    select table_name || '.' || column_name as place from information_schema.columns
    where table_schema = 'public' and data_type = 'bytea'`);
  // What the others hold: hashes; texts as they came: of webhooks, of a host's answers, of documentation's images; numbers.
  const others =
    /hash$|sha256$|^(webhook_deliveries\.body|conditional_answers\.(key|body)|docs_images\.bytes|delivery_days\..+)$/;
  const sealed = rows.map(({ place }) => place).filter((place) => !others.test(place));
  expect(sealed.sort()).toEqual(sealedColumns.map(({ table, column }) => `${table}.${column}`).sort());
});
