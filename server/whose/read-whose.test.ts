import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { certaintyOf } from "./model.ts";
import { readWhose } from "./read-whose.ts";

const component = (name: string, annotations: Record<string, string>, metadata: object = {}) =>
  documentText("Component", name, {
    metadata: { annotations, ...metadata },
    spec: { owner: `group:default/${name === "ledger" ? "payments" : "search"}` },
  });

async function importAll(db: Db): Promise<void> {
  const slug = { "github.com/project-slug": "acme/monorepo" };
  await importFiles(db, "whose", {
    "catalog-info.yaml": fileOf(
      documentText("Group", "payments", {
        metadata: { annotations: { "milepost.dev/on-call": "https://on-call.example.com/payments" } },
      }),
      documentText("Group", "search"),
      documentText("Resource", "orders", { spec: { type: "queue", owner: "group:default/payments" } }),
    ),
    "services/ledger/catalog-info.yaml": component(
      "ledger",
      { ...slug, "backstage.io/kubernetes-namespace": "Pay-Prod" },
      {
        labels: { "cost-center": "4711" },
        links: [{ url: "https://grafana.example.com/d/ledger", title: "Dashboard" }],
      },
    ),
    "services/ledger-admin/catalog-info.yaml": component("ledger-admin", slug, {
      links: [{ url: "https://grafana.example.com/d/ledger-admin" }],
    }),
  });
}

const first = async (db: Db, text: string) =>
  (await readWhose(as(db, person("developer")), { text })).items[0];

describe("whose is this", () => {
  test.for([
    ["acme/monorepo/services/ledger/src/main.go", "component:default/ledger"],
    [
      "https://github.com/acme/monorepo/blob/main/services/ledger-admin/x.ts",
      "component:default/ledger-admin",
    ],
    ["pay-prod", "component:default/ledger"],
    ["cost-center=4711", "component:default/ledger"],
    ["ledger.pay-prod.svc.cluster.local", "component:default/ledger"],
    ["images.example.com/pay/ledger:1.4.0", "component:default/ledger"],
    ["https://grafana.example.com/d/ledger?orgId=1", "component:default/ledger"],
    ["https://grafana.example.com/d/ledger-admin/view", "component:default/ledger-admin"],
    ["arn:aws:sqs:eu-west-1:123456789012:orders", "resource:default/orders"],
    ["payments", "group:default/payments"],
  ] as const)("%s", async ([text, ref], { db }) => {
    await importAll(db);
    expect((await first(db, text))?.ref).toBe(ref);
  });

  test("comes with the owner, whom to call and the evidence; names that fit nothing give nothing", async ({
    db,
  }) => {
    await importAll(db);
    expect(await first(db, "pay-prod")).toMatchObject({
      owner: { ref: "group:default/payments", isDangling: false },
      onCall: "https://on-call.example.com/payments",
      evidence: [{ words: "Annotation backstage.io/kubernetes-namespace is pay-prod" }],
    });
    for (const text of ["nothing-like-it", "true", "%", "' or 1=1 --"])
      expect(await first(db, text), text).toBeUndefined();
  });

  test("tells guests of nothing that is not theirs", async ({ db }) => {
    await importAll(db);
    const guest = person("guest", { limitedTo: ["group:default/search"] });
    const found = await readWhose(as(db, guest), { text: "acme/monorepo" });
    expect(found.items.map(({ ref }) => ref)).toEqual(["component:default/ledger-admin"]);
    expect((await readWhose(as(db, guest), { text: "pay-prod" })).items).toEqual([]);
  });

  test("is answered by the indexes made for it", async ({ db }) => {
    await db.transaction(async (tx) => {
      await tx.execute(sql`set local enable_seqscan = off`);
      const explain = await tx.execute<{ "QUERY PLAN": string }>(sql`
        explain select 1 from entity_fields f where f.value like 'http%'
          and substring(f.value from '^https?://(?:[^/@]*@)?([^/:?#]+)') = 'grafana.example.com'`);
      expect(explain.map((row) => row["QUERY PLAN"]).join("\n")).toContain("entity_fields_host_idx");
    });
  });
});

test("finds strengthen each other and never become certain", () => {
  expect(
    certaintyOf([
      { words: "", weight: 0.5 },
      { words: "", weight: 0.5 },
    ]),
  ).toBeCloseTo(0.75);
  expect(certaintyOf([{ words: "", weight: 1 }])).toBeLessThan(1);
  expect(certaintyOf([])).toBe(0);
});
