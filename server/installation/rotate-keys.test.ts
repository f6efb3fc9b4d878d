import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, expect } from "vitest";
import { connectionSecrets, connections, events, installation } from "#db/schema/core.ts";
import { signInAttempts } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { open, seal } from "#server/core/crypto.ts";
import { type Keyring, newKey, readKeyFile, readKeyring } from "#server/core/keyring.ts";
import { connectionSecretPlace, keyCheckPlace, signInAttemptPlace } from "#server/core/sealed-columns.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { readSealed } from "./check-keyring.ts";
import { discardSealed } from "./discard-sealed.ts";
import { ensureKeyring } from "./ensure-keyring.ts";
import { finishRotation } from "./finish-rotation.ts";
import { rotateKeys } from "./rotate-keys.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "milepost-rotate-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));
const file = () => join(dataDir, "secret-key");
const env = () => ({ MILEPOST_SECRET_KEY: undefined, dataDir });

/** A database with a key check and this many secrets, and the keyring of a web process that has been running all along. */
async function begin(db: Db, secrets: number): Promise<{ running: Keyring; ids: string[] }> {
  await db.delete(signInAttempts);
  await db.delete(connections);
  await db.delete(installation);
  await db.insert(installation).values({ mode: "production" });
  const running = await ensureKeyring(as(db), env());
  const connectionId = randomUUID();
  await db.insert(connections).values({ id: connectionId, kind: "github", name: "Rotated" });
  const ids = Array.from({ length: secrets }, () => randomUUID());
  await db.insert(connectionSecrets).values(
    ids.map((id) => ({
      id,
      connectionId,
      purpose: "webhook" as const,
      sealed: seal(running, connectionSecretPlace(id), `secret ${id}`),
    })),
  );
  return { running, ids };
}

async function addAttempt(db: Db, keyring: Keyring): Promise<Buffer> {
  const stateHash = randomBytes(32);
  await db.insert(signInAttempts).values({
    stateHash,
    browserHash: randomBytes(32),
    purpose: "sign-in",
    sealed: seal(keyring, signInAttemptPlace(stateHash), "a verifier"),
    expiresAt: new Date(Date.now() + 600_000),
  });
  return stateHash;
}

const keyIds = async (db: Db) => [...new Set((await readSealed(as(db), null)).map((group) => group.keyId))];

async function readSecret(db: Db, keyring: Keyring, id: string): Promise<string> {
  const [row] = await db
    .select({ sealed: connectionSecrets.sealed })
    .from(connectionSecrets)
    .where(eq(connectionSecrets.id, id));
  return open(keyring, connectionSecretPlace(id), row!.sealed);
}

test("a rotation moves every value to a new key while a web process goes on reading and writing", async ({
  db,
}) => {
  const { running, ids } = await begin(db, 450);
  const stateHash = await addAttempt(db, running);
  const old = running.active().id;
  const rotating = rotateKeys(as(db), env());
  let isDone = false;
  const reading = (async () => {
    let reads = 0;
    while (!isDone || reads < 20) {
      const id = ids[reads++ % ids.length]!;
      expect(await readSecret(db, running, id)).toBe(`secret ${id}`);
    }
  })();
  const rotation = await rotating;
  isDone = true;
  await reading;
  expect(rotation).toMatchObject({ isNew: true, resealed: 452, unreadable: [] });
  expect(await keyIds(db)).toEqual([rotation.key]);
  expect(readKeyFile(file()).map(({ id }) => id)).toEqual([rotation.key, old]);
  expect(running.active().id).toBe(rotation.key);
  const [attempt] = await db.select({ sealed: signInAttempts.sealed }).from(signInAttempts);
  expect(open(running, signInAttemptPlace(stateHash), attempt!.sealed)).toBe("a verifier");
  const [row] = await db.select({ keyCheck: installation.keyCheck }).from(installation);
  expect(open(running, keyCheckPlace, row!.keyCheck!)).toContain("key check");

  expect(await finishRotation(as(db), env())).toEqual({ dropped: [old], isByHand: false });
  expect(readKeyFile(file()).map(({ id }) => id)).toEqual([rotation.key]);
  expect(await readSecret(db, readKeyring(env()), ids[0]!)).toBe(`secret ${ids[0]}`);
  const told = await db
    .select({ type: events.type, subjectId: events.subjectId })
    .from(events)
    .where(sql`${events.subjectType} = 'key'`)
    .orderBy(events.id);
  expect(told.slice(-3)).toEqual([
    { type: "key.added", subjectId: rotation.key },
    { type: "key.rotated", subjectId: rotation.key },
    { type: "key.dropped", subjectId: old },
  ]);
});

test("after a rotation a value of another row or column still does not open", async ({ db }) => {
  const { running, ids } = await begin(db, 2);
  await rotateKeys(as(db), env());
  const [one, two] = await db
    .select({ sealed: connectionSecrets.sealed })
    .from(connectionSecrets)
    .orderBy(connectionSecrets.id);
  ids.sort();
  await db.update(connectionSecrets).set({ sealed: one!.sealed }).where(eq(connectionSecrets.id, ids[1]!));
  await expect(readSecret(db, running, ids[1]!)).rejects.toThrow("changed or moved");
  expect(() => open(running, keyCheckPlace, two!.sealed)).toThrow("changed or moved");
  const again = await rotateKeys(as(db), env());
  expect(again.unreadable).toEqual([`connection_secrets ${ids[1]}`]);
  await expect(finishRotation(as(db), env())).rejects.toThrow(
    "1 in connection_secrets still need an old key",
  );
});

test("a rotation that was broken off goes on with the key that it had made", async ({ db }) => {
  const { ids } = await begin(db, 450);
  const last = ids.toSorted().at(-1)!;
  await db.execute(sql`
    create function break_off() returns trigger language plpgsql as $$ begin raise 'broken off'; end $$`);
  await db.execute(
    sql.raw(`create trigger break_off before update on connection_secrets for each row
      when (old.id = '${last}') execute function break_off()`),
  );
  await expect(rotateKeys(as(db), env())).rejects.toThrow();
  await db.execute(sql`drop function break_off cascade`);
  const [made, old] = readKeyFile(file()).map(({ id }) => id);
  expect((await keyIds(db)).sort()).toEqual([made, old].sort());
  await expect(finishRotation(as(db), env())).rejects.toThrow("50 in connection_secrets, 1 in installation");
  expect(await rotateKeys(as(db), env())).toEqual({ key: made, isNew: false, resealed: 51, unreadable: [] });
  expect(await keyIds(db)).toEqual([made]);
  expect(await readSecret(db, readKeyring(env()), last)).toBe(`secret ${last}`);
});

test("keys of the environment: the first is the new one, and the operator drops the others", async ({
  db,
}) => {
  const { running, ids } = await begin(db, 3);
  const [old] = readKeyFile(file());
  const given = `next:${newKey().value},${old!.id}:${old!.value}`;
  const settings = { MILEPOST_SECRET_KEY: given, dataDir };
  expect(await rotateKeys(as(db), settings)).toMatchObject({ key: "next", isNew: false, resealed: 4 });
  expect(await keyIds(db)).toEqual(["next"]);
  expect(await rotateKeys(as(db), settings)).toMatchObject({ resealed: 0 });
  expect(await finishRotation(as(db), settings)).toEqual({ dropped: [old!.id], isByHand: true });
  await expect(readSecret(db, running, ids[0]!)).rejects.toThrow(
    'the key "next", which is not in the keyring',
  );
});

test("a database and key file of the release before start, and are sealed anew", async ({ db }) => {
  await begin(db, 1);
  const [connection] = await db.select({ id: connections.id }).from(connections);
  const id = "6f1c1f6e-7a53-4a0e-9c55-0d4b0a2b7a01";
  const value = "010e4f20857f752342a776481bf0a911b8bea2c9b6508fa4d029e3b16752a3fd35444a5ec026d4f9e831";
  const sealed = Buffer.from(value, "hex");
  await db.delete(connectionSecrets);
  await db.update(installation).set({ keyCheck: null });
  await db.insert(connectionSecrets).values({ id, connectionId: connection!.id, purpose: "webhook", sealed });
  await expect(ensureKeyring(as(db), env())).rejects.toThrow("the key of the release before (it had no id)");
  writeFileSync(file(), "a bare key of the release before, 43 signs");
  const keyring = await ensureKeyring(as(db), env());
  expect(await readSecret(db, keyring, id)).toBe("correct horse");
  const rotation = await rotateKeys(as(db), env());
  expect(rotation).toMatchObject({ isNew: true, resealed: 2, unreadable: [] });
  expect(await readSecret(db, keyring, id)).toBe("correct horse");
  await finishRotation(as(db), env());
  expect(await keyIds(db)).toEqual([rotation.key]);
});

test("a key that is lost for good: what it sealed can be forgotten, and only that", async ({ db }) => {
  const { ids } = await begin(db, 2);
  rmSync(file());
  await expect(ensureKeyring(as(db), env())).rejects.toThrow("no key at all");
  const gone = await discardSealed(as(db), env());
  expect(gone.sort()).toEqual([...ids.map((id) => `connection_secrets ${id}`), "installation only"].sort());
  const keyring = await ensureKeyring(as(db), env());
  expect(await keyIds(db)).toEqual([keyring.active().id]);
  expect(await discardSealed(as(db), env())).toEqual([]);
});

test("is the admins' matter, and leaves the file alone when it cannot be recorded", async ({ db }) => {
  await begin(db, 1);
  const before = readFileSync(file(), "utf8");
  await expect(rotateKeys(as(db, person("platform")), env())).rejects.toMatchObject({ code: "forbidden" });
  await expect(finishRotation(as(db, person("leader")), env())).rejects.toMatchObject({ code: "forbidden" });
  await expect(discardSealed(as(db, person("guest")), env())).rejects.toMatchObject({ code: "forbidden" });
  await db.execute(sql`alter table event_chain add constraint broken check (stream <> 'key') not valid`);
  await expect(rotateKeys(as(db), env())).rejects.toThrow();
  await db.execute(sql`alter table event_chain drop constraint broken`);
  expect(readFileSync(file(), "utf8")).toBe(before);
});
