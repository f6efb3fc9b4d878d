import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { connections, installation } from "#db/schema/core.ts";
import { sessions, users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { registerLocation } from "#server/catalog/register-location.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { sha256 } from "#server/core/crypto.ts";
import { applyGroups } from "#server/identity/apply-groups.ts";
import { createToken } from "#server/identity/create-token.ts";
import { endSessionsOf } from "#server/identity/end-sessions.ts";
import { protocolDefaults } from "#server/identity/providers/model.ts";
import { removeProvider, setProviderState } from "#server/identity/providers/remove-provider.ts";
import { saveProvider } from "#server/identity/providers/save-provider.ts";
import { revokeToken } from "#server/identity/revoke-token.ts";
import { makeSignInLink } from "#server/identity/sign-in/make-sign-in-link.ts";
import { ensureKeyring } from "#server/installation/ensure-keyring.ts";
import { rotateKeys } from "#server/installation/rotate-keys.ts";
import { setTimeZone } from "#server/installation/set-time-zone.ts";
import { as, test } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { makeUser, person } from "#server/testing/people.ts";
import { exportEvents } from "./export-events.ts";
import { SaveSink } from "./inputs.ts";
import { saveSink } from "./save-sink.ts";

const dataDir = mkdtempSync(join(tmpdir(), "milepost-unrecorded-"));
const admin = person("admin");
const settings = { ...protocolDefaults.github, protocol: "github", clientId: "milepost" } as const;
const provider = (name = randomUUID().slice(0, 8)) => ({
  slug: `github-${name}`,
  name: `GitHub ${name}`,
  settings: { ...settings, scopes: [...settings.scopes], admits: "known" as const },
  clientSecret: randomUUID(),
});

type Change = (ctx: Ctx) => Promise<() => Promise<unknown>>;

/** Each makes what it needs while the log can be written, and answers with the change that is to be refused. */
const changes: Readonly<Record<string, Change>> = {
  "a token is made": async (ctx) => () =>
    createToken(ctx, { name: randomUUID(), role: "developer", scopes: ["read"], days: 90 }),
  "a token is revoked": async (ctx) => {
    const { id } = await createToken(ctx, {
      name: randomUUID(),
      role: "developer",
      scopes: ["read"],
      days: 90,
    });
    return () => revokeToken(ctx, { id });
  },
  "a sign-in provider is saved": async (ctx) => {
    const input = provider();
    return () => saveProvider(ctx, input, testKeyring);
  },
  "a sign-in provider is switched off": async (ctx) => {
    const { id } = await saveProvider(ctx, provider(), testKeyring);
    return () => setProviderState(ctx, { id, isOn: false });
  },
  "a sign-in provider is removed": async (ctx) => {
    const { id } = await saveProvider(ctx, provider(), testKeyring);
    return () => removeProvider(ctx, { id });
  },
  "somebody's role changes": async (ctx) => {
    const { id } = await makeUser(ctx.db, "platform");
    return () => inTransaction(as(ctx.db), (tx) => applyGroups(tx, { userIds: [id] }));
  },
  "somebody's sessions are ended": async (ctx) => {
    const { id } = await makeUser(ctx.db, "developer");
    const expiresAt = new Date(Date.now() + 86_400_000);
    await ctx.db.insert(sessions).values({ tokenHash: sha256(id), userId: id, expiresAt });
    return () => endSessionsOf(ctx, { userId: id });
  },
  "a sign-in link is made": async (ctx) => {
    const { id } = await makeUser(ctx.db, "admin");
    return () => makeSignInLink(as(ctx.db), { user: id });
  },
  "a location is registered": async (ctx) => () => registerLocation(ctx, { target: `/srv/${randomUUID()}` }),
  "a sink is added": async (ctx) => () =>
    saveSink(
      ctx,
      SaveSink.parse({ name: randomUUID(), address: "https://x.example.com", token: "t" }),
      () => testKeyring,
    ),
  "the audit log is exported": async (ctx) => () => exportEvents(ctx, {}),
  "the time zone is set": async (ctx) => {
    await ctx.db.update(installation).set({ timeZone: "UTC" });
    return () => setTimeZone(ctx, { timeZone: "Asia/Tokyo" });
  },
  "the keys are rotated": async (ctx) => {
    const env = { MILEPOST_SECRET_KEY: undefined, dataDir };
    await ctx.db.delete(connections);
    await ctx.db.update(installation).set({ keyCheck: null });
    await ensureKeyring(ctx, env);
    return () => rotateKeys(ctx, env);
  },
};

/** Ways in which the log can refuse; each is undone by its second part. */
const failures: Readonly<Record<string, [string, string]>> = {
  "the table takes no row": [
    "alter table events add constraint broken check (false) not valid",
    "alter table events drop constraint broken",
  ],
  "the chain takes no row": [
    "alter table event_chain add constraint broken check (false) not valid",
    "alter table event_chain drop constraint broken",
  ],
  "the disk is full": [
    "create trigger disk_full before insert on event_chain for each row execute function disk_full()",
    "drop trigger disk_full on event_chain",
  ],
};

/** Every row of every table but the job queue's, as one hash. */
async function contentOf(db: Db): Promise<string> {
  const tables = await db.execute<{ name: string }>(
    sql`select quote_ident(table_name) as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  const hash = createHash("sha256");
  for (const { name } of tables) {
    const [row] = await db.execute<{ text: string | null }>(
      sql.raw(`select string_agg(t::text, '\n' order by t::text) as text from ${name} t`),
    );
    hash.update(`${name} ${row?.text ?? ""}`);
  }
  const jobs = await db.execute(sql`select count(*) from jobs.job`);
  return hash.update(JSON.stringify(jobs)).digest("hex");
}

const cases = Object.keys(changes).flatMap((change) =>
  Object.keys(failures).map((failure) => [change, failure]),
);

test.for(cases)("%s: not done when %s", async ([change, failure], { db }) => {
  await db.insert(installation).values({ mode: "production" }).onConflictDoNothing();
  await db
    .insert(users)
    .values({ ...admin, roleSource: "admin" })
    .onConflictDoNothing();
  await db.execute(sql`create or replace function disk_full() returns trigger language plpgsql as
    $$ begin raise exception 'No space left on device' using errcode = '53100'; end $$`);
  const attempt = await changes[change!]!(as(db, admin));
  const [break_, mend] = failures[failure!]!;
  const before = await contentOf(db);
  await db.execute(sql.raw(break_));
  const refused = await attempt().then(
    () => null,
    (error: Error) => error,
  );
  await db.execute(sql.raw(mend));
  expect(refused).toMatchObject({
    name: "DomainError",
    code: "unavailable",
    message: expect.stringContaining("This was not done, because it could not be written to the audit log"),
  });
  expect(await contentOf(db)).toBe(before);
  // The same attempt is done as soon as it can be recorded.
  await attempt();
  expect(await contentOf(db)).not.toBe(before);
});
