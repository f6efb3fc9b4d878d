import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { gunzipSync } from "node:zlib";
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { connections, installation } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { SaveSink } from "#server/audit/inputs.ts";
import { saveSink } from "#server/audit/save-sink.ts";
import { open, SealError, seal } from "#server/core/crypto.ts";
import { makeKeyring } from "#server/core/keyring.ts";
import { ensureWebhookSecret } from "#server/github/ensure-webhook-secret.ts";
import { makeWebhookSecret } from "#server/github/make-webhook-secret.ts";
import { createToken } from "#server/identity/create-token.ts";
import { protocolDefaults } from "#server/identity/providers/model.ts";
import { saveProvider } from "#server/identity/providers/save-provider.ts";
import { openAttempt } from "#server/identity/sign-in/attempts.ts";
import { makeSignInLink } from "#server/identity/sign-in/make-sign-in-link.ts";
import { createSetupToken } from "#server/installation/create-setup-token.ts";
import { writeBackup } from "#server/recovery/write-backup.ts";
import { procedureRows } from "./access-rows.ts";
import { askProcedure, askRest } from "./ask.ts";
import { as, test } from "./database.ts";
import { listProcedures } from "./list-procedures.ts";
import { makeUser } from "./people.ts";
import { makeWorld } from "./world.ts";

/** Keys and secrets that occur nowhere by chance. */
const key = "K3yC4naryNotToBeSeenAnywhere0Zq8Lx7";
const keyring = makeKeyring(`canary:${key}`);
const planted = (name: string) => `${name}C4naryX9wVu7Tq`;

/** The forms in which a secret may slip through: as it is, in hexadecimal, and as base64 at each offset. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const offsets = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    return text.slice(offset === 0 ? 0 : offset + 1, -1);
  });
  return [
    secret,
    bytes.toString("hex"),
    ...offsets,
    ...offsets.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ];
}

const found = (secrets: readonly string[], text: string) =>
  secrets.filter((secret) => formsOf(secret).some((form) => text.toLowerCase().includes(form.toLowerCase())));

/** Every row of every table of every schema of ours, as text. */
async function dump(db: Db): Promise<string> {
  const tables = await db.execute<{ name: string }>(sql`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_schema in ('public', 'jobs', 'drizzle') and table_type = 'BASE TABLE'`);
  const parts: string[] = [];
  for (const { name } of tables) {
    const rows = await db.execute<{ text: string }>(sql.raw(`select t::text as text from ${name} t`));
    parts.push(...rows.map((row) => row.text));
  }
  return parts.join("\n");
}

/** Puts a secret into everything that takes one; answers with all of them. */
async function plant(db: Db): Promise<string[]> {
  const ctx = as(db, await makeUser(db, "admin"));
  const settings = { ...protocolDefaults.github, protocol: "github", clientId: "milepost" } as const;
  const provider = {
    slug: "canary",
    name: "Canary",
    settings: { ...settings, scopes: [...settings.scopes], admits: "known" as const },
    clientSecret: planted("provider"),
  };
  const { id: connectionId } = await saveProvider(ctx, provider, keyring);
  await ensureWebhookSecret(as(db), { keyring, seeds: [planted("seed")] });
  const sink = SaveSink.parse({
    name: "Canary",
    address: "https://logs.example.com/",
    token: planted("sink"),
  });
  await saveSink(ctx, sink, () => keyring);
  const attempt = {
    connectionId,
    purpose: "sign-in",
    userId: null,
    returnTo: "/",
    browserToken: planted("browser"),
  } as const;
  const secrets = { verifier: planted("verifier"), nonce: planted("nonce") };
  const { state } = await openAttempt(as(db), { ...attempt, secrets }, keyring);
  const made = await makeWebhookSecret(ctx, { retiresOthers: false }, keyring);
  const token = await createToken(ctx, { name: "Canary", role: "admin", scopes: ["read"], days: 1 });
  const [{ id } = { id: "" }] = await db.execute<{ id: string }>(sql`select id from users limit 1`);
  const link = await makeSignInLink(as(db), { user: id });
  await db.update(installation).set({ mode: "production" });
  const setup = await createSetupToken(as(db));
  await db.update(installation).set({ mode: "evaluation" });
  return [
    key,
    ...["provider", "seed", "sink", "browser", "verifier", "nonce"].map(planted),
    ...[state, made.secret, token.token, link.token, setup.token],
  ];
}

test("a secret is in no table, backup, export, answer or error", async ({ db }) => {
  const world = await makeWorld(db);
  const dataDir = mkdtempSync(join(tmpdir(), "milepost-canary-"));
  try {
    await db.delete(connections);
    const secrets = await plant(db);
    const rows = await dump(db);
    expect(rows).toContain("Canary");
    expect(found(secrets, rows)).toEqual([]);

    const file = join(dataDir, "backup");
    await writeBackup(as(db), { file, release: "0", dataDir: null });
    const backup = gunzipSync(readFileSync(file)).toString("latin1");
    expect(backup).toContain("Canary");
    expect(found(secrets, backup)).toEqual([]);

    const caller = world.callers.find(({ name }) => name === "admin, own team");
    if (!caller) throw new Error("The world has no admin");
    const asked = caller.carried;
    const exported = await askRest(db, asked, { method: "GET", path: "/api/v1/audit/events.jsonl" });
    expect(exported.text).toContain("Canary");
    expect(found(secrets, exported.text)).toEqual([]);

    let answers = 0;
    for (const { path, type } of listProcedures()) {
      if (type !== "query") continue;
      const answer = await askProcedure(db, asked, path, procedureRows[path]?.input?.(world, caller)).catch(
        (error: unknown) => error,
      );
      expect([path, ...found(secrets, inspect(answer, { depth: 12, maxStringLength: null }))]).toEqual([
        path,
      ]);
      answers += 1;
    }
    expect(answers).toBeGreaterThan(20);
  } finally {
    world.remove();
    rmSync(dataDir, { recursive: true });
  }
});

test("an error that comes up while a secret is stored or opened does not say it, so no log does", async ({
  db,
}) => {
  const secrets = ["sink", "provider", "seed"].map(planted);
  const failing: Record<string, () => Promise<unknown>> = {
    "the table of secrets takes no row": () => plant(db),
    "another key": async () => {
      const place = { table: "connection_secrets", row: "1", column: "sealed" };
      const other = makeKeyring("canary:another key than the one it was sealed with");
      open(other, place, seal(keyring, place, planted("seed")));
    },
    "a weak key": async () => makeKeyring(planted("seed")),
  };
  await db.insert(installation).values({ mode: "evaluation" }).onConflictDoNothing();
  for (const [name, attempt] of Object.entries(failing)) {
    const isFull = name.startsWith("the table");
    if (isFull)
      await db.execute(sql`alter table connection_secrets add constraint broken check (false) not valid`);
    const error = await attempt().catch((thrown: unknown) => thrown);
    if (isFull) await db.execute(sql`alter table connection_secrets drop constraint broken`);
    expect(error, name).toBeInstanceOf(Error);
    const text = inspect(error, { depth: 12, maxStringLength: null, showHidden: true });
    expect(found([...secrets, key], text)).toEqual([]);
    if (name === "another key") expect(error).toBeInstanceOf(SealError);
  }
});

test("the search finds a secret in each of its forms, wherever it begins", () => {
  for (const before of ["", "x", "xy", "xyz"]) {
    const bytes = Buffer.from(`${before}${key} and more`);
    for (const form of ["utf8", "hex", "base64", "base64url"] as const)
      expect(found([key], bytes.toString(form))).toEqual([key]);
  }
  expect(found([key], "nothing of it")).toEqual([]);
});
