import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { as, test } from "#server/testing/database.ts";
import { importServices, writeDeployments } from "#server/testing/figures.ts";
import { makeUser, person } from "#server/testing/people.ts";
import { drawBadge } from "./draw-badge.ts";
import { formatDuration } from "./duration-words.ts";
import { makeBadge } from "./make-badge.ts";
import { mostBadges } from "./model.ts";
import { readBadge, readBadges } from "./read-badges.ts";
import { revokeBadge } from "./revoke-badge.ts";

const now = new Date("2026-11-21T12:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
const tokenOf = (path: string) => path.replace("/badges/", "").replace(".svg", "");

async function makeService(db: Db) {
  const name = `badged-${randomUUID().slice(0, 8)}`;
  await importServices(db, { [name]: "badgers" });
  return { name, entityRef: `component:default/${name}` };
}

const owner = (db: Db) => as(db, person("developer", { groupRefs: ["group:default/badgers"] }), now);
const nobody = (db: Db) => as(db, { kind: "anonymous" }, now);

test("an owner makes a badge; its address answers the figure to anybody, and the token is kept as a hash alone", async ({
  db,
}) => {
  const { name, entityRef } = await makeService(db);
  const { path } = await makeBadge(as(db, undefined, now), { entityRef, kind: "last_deployment" });
  expect(await readBadge(nobody(db), tokenOf(path))).toEqual({
    label: "last deployment",
    value: "not known",
  });
  await writeDeployments(db, name, [
    { at: daysAgo(3) },
    { at: daysAgo(1), tier: "staging" },
    { at: daysAgo(2), isFailed: true },
  ]);
  expect(await readBadge(nobody(db), tokenOf(path))).toEqual({
    label: "last deployment",
    value: "18 Nov 2026",
  });
  const kept = await db.execute(
    sql`select b.*::text as row from delivery_badges b where entity_ref = ${entityRef}`,
  );
  expect(JSON.stringify(kept)).not.toContain(tokenOf(path));
});

test("frequency and change lead time are those of the service's page", async ({ db }) => {
  const { name, entityRef } = await makeService(db);
  await writeDeployments(
    db,
    name,
    Array.from({ length: 40 }, (_, i) => ({ at: daysAgo(2 + i * 2), hours: [4, 8, 30] })),
  );
  const ctx = as(db, undefined, now);
  const read = async (kind: "frequency" | "lead_time") =>
    readBadge(nobody(db), tokenOf((await makeBadge(ctx, { entityRef, kind })).path));
  expect(await read("frequency")).toEqual({
    label: "deployments",
    value: expect.stringMatching(/^3(\.\d)? a week$|^4 a week$/),
  });
  expect(await read("lead_time")).toEqual({ label: "change lead time", value: "8 hours" });
});

test("only owners and those who run the portal make and revoke; who may not see the service does not find it", async ({
  db,
}) => {
  const { entityRef } = await makeService(db);
  const { id } = await makeUser(db, "developer");
  const ours = as(db, person("developer", { id, groupRefs: ["group:default/badgers"] }), now);
  const made = await makeBadge(ours, { entityRef, kind: "frequency" });
  const stranger = as(db, person("developer"), now);
  await expect(makeBadge(stranger, { entityRef, kind: "frequency" })).rejects.toMatchObject({
    code: "forbidden",
  });
  await expect(revokeBadge(stranger, made)).rejects.toMatchObject({ code: "forbidden" });
  const guest = as(db, person("guest", { limitedTo: ["group:default/others"] }), now);
  await expect(readBadges(guest, { entityRef })).rejects.toMatchObject({ code: "not_found" });
  await expect(revokeBadge(guest, made)).rejects.toMatchObject({ code: "forbidden" });
  expect(await readBadges(stranger, { entityRef })).toMatchObject({
    items: [{ id: made.id, kind: "frequency" }],
    may: {
      change: {
        sentence: expect.stringContaining("owners"),
        grantedBy: expect.arrayContaining(["platform"]),
      },
    },
  });
  expect((await readBadges(owner(db), { entityRef })).may.change).toBeNull();
});

test("a revoked badge answers nothing, and neither does a guessed or malformed one, or one whose service has gone", async ({
  db,
}) => {
  const { entityRef } = await makeService(db);
  const ctx = as(db, undefined, now);
  const [one, other] = [
    await makeBadge(ctx, { entityRef, kind: "frequency" }),
    await makeBadge(ctx, { entityRef, kind: "last_deployment" }),
  ];
  await revokeBadge(ctx, one);
  expect(await readBadge(nobody(db), tokenOf(one.path))).toBeNull();
  expect(await readBadge(nobody(db), tokenOf(other.path))).not.toBeNull();
  for (const wrong of [
    "",
    "x",
    "a".repeat(43),
    "a".repeat(5_000),
    "' or 1=1 --------------------",
    "\u0000".repeat(30),
  ])
    expect(await readBadge(nobody(db), wrong)).toBeNull();
  await expect(revokeBadge(ctx, one)).rejects.toMatchObject({ code: "not_found" });
  await db.execute(sql`update entities set file_gone_at = now() where ref = ${entityRef}`);
  expect(await readBadge(nobody(db), tokenOf(other.path))).toBeNull();
  expect((await readBadges(ctx, { entityRef })).items.map(({ id }) => id)).toEqual([other.id]);
});

test("a service has no more badges than can be looked after", async ({ db }) => {
  const { entityRef } = await makeService(db);
  const ctx = as(db, undefined, now);
  for (let i = 0; i < mostBadges; i += 1) await makeBadge(ctx, { entityRef, kind: "frequency" });
  await expect(makeBadge(ctx, { entityRef, kind: "frequency" })).rejects.toMatchObject({ code: "invalid" });
});

test("the image has its words for screen readers, and hostile ones stay text", () => {
  const svg = drawBadge({ label: '<script>"&', value: "a\u0000\u001b\ud800'b" });
  expect(svg).toContain('role="img" aria-label="&lt;script&gt;&quot;&amp;: a\ufffd&#39;b"');
  expect(svg).toContain("<title>&lt;script&gt;&quot;&amp;: a\ufffd&#39;b</title>");
  expect(svg).not.toMatch(/<script|\p{Cc}/u);
});

test("durations are told in their largest unit", () => {
  expect([30, 60, 90, 3_600, 45_000, 86_400, 302_400, 9_000_000].map(formatDuration)).toEqual([
    "under a minute",
    "1 minute",
    "1.5 minutes",
    "1 hour",
    "13 hours",
    "1 day",
    "3.5 days",
    "104 days",
  ]);
});
