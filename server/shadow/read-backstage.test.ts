import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { systemActor } from "#server/core/actor.ts";
import { makeOutside } from "#server/core/outside.ts";
import { catalogRoutes } from "#server/http/catalog.ts";
import type { HttpRoute } from "#server/http/route.ts";
import { createToken } from "#server/identity/create-token.ts";
import { clearCatalogue, documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, copyDatabase, test as withDatabase } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { person } from "#server/testing/people.ts";
import { serveRoutes } from "#server/testing/serve-routes.ts";
import { cancelReading } from "./cancel-reading.ts";
import { connectShadow } from "./connect-shadow.ts";
import { ConnectShadow, ListShadow } from "./inputs.ts";
import { judgeShadow } from "./model.ts";
import { readBackstage } from "./read-backstage.ts";
import { readShadowEntities } from "./reads/entities.ts";
import { removeShadow } from "./remove-shadow.ts";
import { requestReading } from "./request-reading.ts";
import { readShadow } from "./shadow-rows.ts";

type Other = { db: Db; address: string; token: string; asked: string[]; close: () => Promise<void> };

/** Another installation, whose catalogue is read by the same calls as a Backstage's; each call is noted. */
const test = withDatabase.extend<{ other: Other }>({
  other: async ({ db: ours }, use) => {
    await clearCatalogue(ours);
    await ours.execute(sql`delete from connections where kind = 'backstage'`);
    const copy = await copyDatabase();
    const { db } = copy.pool;
    const asked: string[] = [];
    const noted = catalogRoutes.map(
      (route): HttpRoute => ({
        ...route,
        handle: async (ctx, request) => {
          const body = route.method === "POST" ? await request.readJson() : null;
          const refs = (body as { entityRefs?: string[] } | null)?.entityRefs;
          asked.push(refs ? `refs ${refs.length}` : `list ${request.url.searchParams.has("cursor")}`);
          return route.handle(ctx, { ...request, readJson: async () => body });
        },
      }),
    );
    const server = await serveRoutes(db, noted);
    const { token } = await createToken(as(db), {
      name: "shadow",
      role: "developer",
      scopes: ["read"],
      days: 1,
    });
    await use({ db, address: server.address, token, asked, close: server.close });
    await server.close();
    await copy.drop();
  },
});

const toolsFor = (db: Db, signal = new AbortController().signal) => ({
  ctx: { ...as(db), actor: systemActor("Worker") },
  keyring: () => testKeyring,
  outsideFor: (connection: { hosts: string[]; privateRanges: readonly string[] }) => makeOutside(connection),
  signal,
});

const connect = (db: Db, { address, token }: { address: string; token?: string }) =>
  connectShadow(
    as(db),
    ConnectShadow.parse({ address: `${address}/api/catalog/`, token }),
    () => testKeyring,
  );

const summaryOf = async (db: Db) => (await readShadow(as(db))).report?.summary;
const list = async (db: Db, filter: object = {}) =>
  (await readShadowEntities(as(db), ListShadow.parse(filter))).items;

const shared = fileOf(
  documentText("Group", "team"),
  documentText("Component", "same", { spec: { owner: "team", dependsOn: ["resource:store"] } }),
  documentText("Resource", "store", { spec: { owner: "team" } }),
);

test("the same catalog on both sides can move", async ({ db, other }) => {
  await importFiles(other.db, "/theirs", { "a.yaml": shared });
  await importFiles(db, "/ours", { "b.yaml": shared });
  await connect(db, other);
  await readBackstage(toolsFor(db));
  const { report } = await readShadow(as(db));
  expect(report).toMatchObject({ state: "done", failure: null, phase: null });
  expect(report?.summary?.entities).toEqual({
    theirs: 3,
    equal: 3,
    different: 0,
    missing: 0,
    extra: 0,
    internal: 0,
  });
  expect(report?.summary?.relations).toEqual({ theirs: 6, equal: 6, missing: 0, extra: 0 });
  expect(judgeShadow(report!.summary!)).toEqual({
    tone: "success",
    sentence: "The catalog can move: all 3 entries and 6 relations of Backstage are here and the same",
    next: [],
  });
  expect(await list(db)).toEqual([]);
});

test("what differs, is missing or only here is told by entry, field and relation, with what is in use", async ({
  db,
  other,
}) => {
  const theirs = fileOf(
    documentText("Component", "changed", {
      metadata: {
        annotations: {
          "grafana/dashboard-selector": "x",
          "backstage.io/techdocs-ref": "dir:.",
          "acme.com/thing": "1",
        },
      },
      spec: { owner: "team", lifecycle: "production" },
    }),
    documentText("Component", "lacking", { spec: { owner: "team" } }),
    documentText("Location", `generated-${"a".repeat(40)}`, { spec: { target: "./x.yaml" } }),
    documentText("Template", "make", {
      spec: { owner: "team", steps: [{ action: "fetch:template" }, { action: "publish:github" }] },
    }),
  );
  await importFiles(other.db, "/theirs", { "a.yaml": shared, "b.yaml": theirs });
  const ours = documentText("Component", "changed", { spec: { owner: "other", lifecycle: "production" } });
  await importFiles(db, "/ours", { "a.yaml": fileOf(shared, ours, documentText("System", "ours")) });
  await connect(db, other);
  await readBackstage(toolsFor(db));
  const summary = (await summaryOf(db))!;
  expect(summary.entities).toEqual({
    theirs: 7,
    equal: 2,
    different: 2,
    missing: 2,
    extra: 1,
    internal: 1,
  });
  const changed = await list(db, { verdict: "different" });
  expect(changed.map(({ ref }) => ref)).toEqual(["component:default/changed", "group:default/team"]);
  expect(changed[0]?.fields.find(({ path }) => path === "spec.owner")).toEqual({
    path: "spec.owner",
    theirs: '"team"',
    ours: '"other"',
  });
  expect(changed[0]?.relations).toEqual([
    { type: "ownedBy", targetRef: "group:default/team", side: "missing" },
    { type: "ownedBy", targetRef: "group:default/other", side: "extra" },
  ]);
  expect((await list(db, { verdict: "missing", kind: "component" })).map(({ ref }) => ref)).toEqual([
    "component:default/lacking",
  ]);
  expect((await list(db, { verdict: "extra" })).map(({ ref }) => ref)).toEqual(["system:default/ours"]);
  expect((await list(db, { query: "LACK" })).map(({ ref }) => ref)).toEqual(["component:default/lacking"]);
  expect(summary.templates).toEqual({
    count: 1,
    actions: [
      { action: "fetch:template", templates: 1 },
      { action: "publish:github", templates: 1 },
    ],
  });
  expect(summary.annotations.map(({ key, plugin, becomes }) => [key, plugin, becomes])).toEqual([
    ["acme.com/thing", "acme.com", "kept"],
    ["backstage.io/techdocs-ref", "TechDocs", "works"],
    ["grafana/dashboard-selector", "Grafana", "link"],
  ]);
  expect(summary.locations).toEqual([
    { origin: "file:/theirs", entities: 6, missing: 2, isRegistered: false, address: null },
  ]);
  expect(judgeShadow(summary).sentence).toBe(
    "Not yet: of Backstage's 6 entries, 2 are missing here and 2 differ",
  );
});

test("the next reading fetches what changed and forgets what went", async ({ db, other }) => {
  const part = (name: string, owner = "team") => documentText("System", name, { spec: { owner } });
  await importFiles(other.db, "/theirs", { "a.yaml": fileOf(part("a"), part("b"), part("c")) });
  await importFiles(db, "/ours", { "a.yaml": fileOf(part("a"), part("b"), part("c")) });
  await connect(db, other);
  await readBackstage(toolsFor(db));
  expect(other.asked).toEqual(["list false", "refs 3"]);
  other.asked.length = 0;
  await requestReading(as(db));
  await readBackstage(toolsFor(db));
  expect(other.asked).toEqual(["list false"]);
  expect((await summaryOf(db))?.entities.equal).toBe(3);

  await importFiles(other.db, "/theirs", { "a.yaml": fileOf(part("a", "others"), part("b")) });
  await other.db.execute(sql`delete from entities where ref = 'system:default/c'`);
  other.asked.length = 0;
  await readBackstage(toolsFor(db));
  expect(other.asked).toEqual(["list false", "refs 1"]);
  expect((await list(db)).map(({ ref, verdict }) => `${ref} ${verdict}`)).toEqual([
    "system:default/a different",
    "system:default/c extra",
  ]);
});

test("a reading that was interrupted goes on where it stood; a cancelled one stays cancelled", async ({
  db,
  other,
}) => {
  const many = Array.from({ length: 1200 }, (_, index) => documentText("System", `s-${index}`));
  await importFiles(other.db, "/theirs", { "a.yaml": fileOf(...many) });
  const { id } = await connect(db, other);
  const stop = new AbortController();
  const first = readBackstage({
    ...toolsFor(db, stop.signal),
    onStep: ({ phase, done }) => {
      if (phase === "fetching" && done === 300) stop.abort();
    },
  });
  await expect(first).rejects.toThrow();
  const before = (await readShadow(as(db))).report;
  expect(before).toMatchObject({ state: "running", phase: "fetching", done: 300 });
  other.asked.length = 0;
  await readBackstage(toolsFor(db));
  expect(other.asked).toEqual(Array.from({ length: 9 }, () => "refs 100"));
  expect((await summaryOf(db))?.entities.missing).toBe(1200);

  await importFiles(other.db, "/more", { "a.yaml": documentText("Domain", "new") });
  const cancelled = readBackstage({
    ...toolsFor(db),
    onStep: ({ phase, done }) => {
      if (phase === "listing" && done === 500) void cancelReading(as(db));
    },
  });
  await expect(cancelled).rejects.toThrow("stopped");
  expect((await readShadow(as(db))).report).toMatchObject({ state: "cancelled", connection: { id } });
  await expect(readBackstage(toolsFor(db))).rejects.toThrow("stopped");
  await requestReading(as(db));
  await readBackstage(toolsFor(db));
  expect((await summaryOf(db))?.entities.missing).toBe(1201);
});

test("why it cannot be read is a sentence; what was compared before stays", async ({ db, other }) => {
  await importFiles(other.db, "/theirs", { "a.yaml": shared });
  await connect(db, { ...other, token: "milepost_wrong" });
  await expect(readBackstage(toolsFor(db))).rejects.toThrow("does not accept the token");
  expect((await readShadow(as(db))).report).toMatchObject({
    state: "failed",
    failure: expect.stringContaining("does not accept the token"),
  });
  await connect(db, other);
  await readBackstage(toolsFor(db));
  await other.close();
  await requestReading(as(db));
  await expect(readBackstage(toolsFor(db))).rejects.toThrow();
  const { report } = await readShadow(as(db));
  expect(report).toMatchObject({ state: "failed", failure: expect.stringMatching(/refuses|reached/) });
  expect(report?.summary?.entities.missing).toBe(3);
  await removeShadow(as(db));
  expect((await readShadow(as(db))).report).toBeNull();
  expect(
    await db.execute(sql`select 1 from shadow_entities union all select 1 from connection_secrets`),
  ).toHaveLength(0);
});

test("who gave no token is told that one is needed", async ({ db, other }) => {
  await connect(db, { address: other.address });
  await expect(readBackstage(toolsFor(db))).rejects.toThrow("asks for a token and none is given");
});

test("the token stays sealed, goes to its own host alone, and only admins hold it", async ({ db, other }) => {
  const { id } = await connect(db, other);
  const [secret] = await db.execute<{ text: string }>(
    sql`select encode(sealed, 'escape') as text from connection_secrets where connection_id = ${id}`,
  );
  expect(secret?.text).not.toContain(other.token);
  const elsewhere = ConnectShadow.parse({ address: "https://elsewhere.example.com" });
  await expect(connectShadow(as(db), elsewhere, () => testKeyring)).rejects.toMatchObject({ field: "token" });
  for (const role of ["developer", "platform"] as const)
    await expect(connectShadow(as(db, person(role)), elsewhere)).rejects.toMatchObject({
      code: "forbidden",
    });
  await expect(readShadow(as(db, person("developer")))).rejects.toMatchObject({
    code: "forbidden",
  });
  expect(JSON.stringify(await db.execute(sql`select payload from events`))).not.toContain(other.token);
});
