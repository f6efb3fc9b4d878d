import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { webhookDeliveries } from "#db/schema/github.ts";
import { catalogueCommits, repositoryTeams } from "#db/schema/trust.ts";
import type { Db } from "#db/types.ts";
import { sha256 } from "#server/core/crypto.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { readPushForTrust } from "./read-push.ts";
import { readHistory } from "./reads/history.ts";

let count = 0;
async function deliver(db: Db, payload: unknown): Promise<number> {
  count += 1;
  const body = Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload));
  const [row] = await db
    .insert(webhookDeliveries)
    .values({
      ...{ hookKey: "hook:1", guid: String(count), event: "push", body, bodySha256: sha256(body) },
      ...{ bodySize: body.byteLength, headers: {}, state: "done", receivedAt: new Date() },
    })
    .returning({ id: webhookDeliveries.id });
  return row?.id ?? 0;
}

const commit = (sha: string, paths: string[], at = new Date()) => ({
  id: sha.repeat(40),
  message: "Hand the cart over\n\nBecause.",
  timestamp: at.toISOString(),
  author: { name: "Ana A.", username: "Ana" },
  modified: paths,
});

test("who changed a catalog file is kept, of everything else the team and its month alone", async ({
  db,
}) => {
  const text = (owner: string) =>
    fileOf(
      documentText("Group", "payments", { spec: { type: "team", members: ["ana"], children: [] } }),
      documentText("User", "ana", { spec: { memberOf: [] } }),
      documentText("Component", "cart", { spec: { owner } }),
    );
  await importFiles(db, "/push", { "cart.yaml": text("payments") });
  const at = new Date("2026-04-30T23:00:00Z");
  const push = {
    repository: { full_name: "Acme/Cart" },
    commits: [commit("a", ["cart.yaml", "src/a.ts"], at), commit("b", ["src/b.ts", "ci.yml"], at)],
  };
  const deliveryId = await deliver(db, push);
  await readPushForTrust(as(db), { deliveryId });
  await readPushForTrust(as(db), { deliveryId });
  expect(await db.select().from(catalogueCommits)).toEqual([
    {
      slug: "acme/cart",
      sha: "a".repeat(40),
      author: "Ana A.",
      title: "Hand the cart over",
      at,
      paths: ["cart.yaml"],
    },
  ]);
  expect(await db.select().from(repositoryTeams)).toEqual([
    { slug: "acme/cart", groupRef: "group:default/payments", lastMonth: "2026-04" },
  ]);
  const columns = await db.execute<{ name: string }>(sql`
    select column_name as name from information_schema.columns where table_name = 'repository_teams' order by 1`);
  expect(columns.map(({ name }) => name)).toEqual(["group_ref", "last_month", "slug"]);
});

test("the history names the commit behind an import and its author", async ({ db }) => {
  const cart = (owner: string) => ({ "till.yaml": documentText("Component", "till", { spec: { owner } }) });
  await importFiles(db, "/push-till", cart("one"));
  await importFiles(db, "/push-till", cart("two"));
  await db.execute(
    sql`update entity_versions set source_url = 'https://github.com/acme/till/blob/main/till.yaml' where file = 'till.yaml'`,
  );
  const { items: before } = await readHistory(as(db), { ref: "component:default/till" });
  const paths = {
    repository: { full_name: "acme/till" },
    commits: [commit("c", ["till.yaml"], new Date(Date.now() - 60_000))],
  };
  await readPushForTrust(as(db), { deliveryId: await deliver(db, paths) });
  const { items } = await readHistory(as(db), { ref: "component:default/till" });
  expect(before[0]).toMatchObject({ by: null, commit: null });
  expect(items[0]).toMatchObject({
    title: "Changed",
    by: "Ana A.",
    commit: {
      sha: "c".repeat(40),
      url: `https://github.com/acme/till/commit/${"c".repeat(40)}`,
      title: "Hand the cart over",
    },
  });
});

test.for(["", "[]", "{}", JSON.stringify({ repository: { full_name: "a/b" }, commits: [{ id: "no" }] })])(
  "what cannot be read leaves nothing: %s",
  async (payload, { db }) => {
    await readPushForTrust(as(db), { deliveryId: await deliver(db, payload) });
    await readPushForTrust(as(db), { deliveryId: 0 });
    expect(await db.select().from(catalogueCommits)).not.toContainEqual(
      expect.objectContaining({ slug: "a/b" }),
    );
  },
);
