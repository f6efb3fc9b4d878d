import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import type { Actor } from "#server/core/actor.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, copyDatabase, type DatabaseCopy, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import type { SearchHit } from "./model.ts";
import { search, searchByGroup } from "./reads/search.ts";

const component = (
  name: string,
  owner: string,
  parts: { title?: string; description?: string; tags?: string[]; type?: string } = {},
) => {
  const { type = "service", ...metadata } = parts;
  return documentText("Component", name, { metadata, spec: { type, owner } });
};
const of = (
  kind: string,
  name: string,
  metadata: Record<string, unknown> = {},
  spec: Record<string, unknown> = {},
) => documentText(kind, name, { metadata, spec });

/** An organisation of about forty entries with what names have in life: abbreviations, near names, accents, copies. */
const files = {
  "catalog-info.yaml": fileOf(
    component("payment-gateway", "payments", { description: "Takes cards and wallets", tags: ["go", "pci"] }),
    component("payment-gateway-mock", "quality", { description: "Stands in for the gateway in tests" }),
    component("payments-ledger", "payments", { description: "Books every payment twice", tags: ["java"] }),
    component("payout-worker", "payments", { description: "Sends money to merchants at night" }),
    component("checkout", "shop", { title: "Checkout", description: "Basket to paid order" }),
    component("checkout-ui", "shop", { type: "website", description: "The pages of the checkout" }),
    component("cart", "shop", { description: "What somebody is about to buy" }),
    component("cartography", "maps", { description: "Draws maps" }),
    component("search-service", "discovery", { description: "Finds products" }),
    component("recommendations", "discovery", { description: "Guesses what people like" }),
    component("inventory-sync", "warehouse", { description: "Keeps stock in step with the ERP" }),
    component("invoice-service", "billing", { description: "Writes and sends invoices" }),
    component("billing-api-adapter", "billing", { description: "Old clients speak to billing through it" }),
    component("notification-hub", "platform", { description: "Mail, push and text messages" }),
    component("kubernetes-operator", "platform", { description: "Runs our own resources in the clusters" }),
    component("api-gateway", "platform", { title: "API gateway", description: "The front door" }),
    component("authentication-service", "platform", { description: "Who somebody is" }),
    component("GitHubMirror", "platform", { description: "Copies repositories" }),
    component("zurich-tax", "billing", { title: "Zürich tax", description: "Local taxes" }),
    component("profile-service", "accounts", { description: "Names and pictures of customers" }),
    component("fraud-detection", "risk", { description: "Scores a payment before it is taken" }),
    component("risk-engine", "risk", { description: "Rules for lending" }),
    component("legacy-orders", "shop", { description: "The orders of before 2019" }),
    component("order-service", "shop", { description: "Orders from paid to shipped" }),
    of("API", "orders-api", { description: "Place and read orders" }, { owner: "shop" }),
    of("API", "billing-api", { description: "Invoices by REST" }, { owner: "billing" }),
    of(
      "API",
      "payment-events",
      { description: "What happened to a payment" },
      { type: "asyncapi", owner: "payments" },
    ),
    of("Resource", "orders-database", { description: "PostgreSQL" }, { owner: "shop" }),
    of("Resource", "message-queue", { description: "RabbitMQ" }, { type: "queue", owner: "platform" }),
    of("System", "shop-system", { title: "Web shop" }, { owner: "shop" }),
    of("Domain", "commerce", {}, { owner: "shop" }),
    of("Group", "payments", { title: "Payments team" }),
    of("Group", "shop"),
    of("Group", "platform", { title: "Platform engineering" }),
    of("Group", "billing"),
    of("User", "olga.meier", {}, { profile: { displayName: "Olga Meier" }, memberOf: ["payments"] }),
    of(
      "User",
      "marguerite.dubois",
      {},
      { profile: { displayName: "Marguerite Dubois" }, memberOf: ["shop"] },
    ),
    of("Template", "new-service", { title: "New service", description: "A service in Go with tests" }),
    of("Template", "new-website", { title: "New website" }),
  ),
};

let copy: DatabaseCopy;
let db: Db;
beforeAll(async () => {
  copy = await copyDatabase();
  db = copy.pool.db;
  await importFiles(db, "/precision", files);
});
afterAll(() => copy?.drop());

const refOf = (hit: SearchHit | undefined) => hit?.ref.replace("default/", "");
const found = (query: string, actor: Actor = person("developer")) =>
  search(as(db, actor), { query, kind: [], limit: 10, offset: 0 });
const first = async (query: string, actor?: Actor) => refOf((await found(query, actor)).hits[0]);

describe("what comes first", () => {
  test.each([
    // Whole names before what begins so, in any spelling of the space between words.
    ["cart", "component:cart"],
    ["payment-gateway", "component:payment-gateway"],
    ["payment gateway", "component:payment-gateway"],
    ["paymentgateway", "component:payment-gateway"],
    ["PaymentGateway", "component:payment-gateway"],
    ["checkout", "component:checkout"],
    ["Web shop", "system:shop-system"],
    ["component:default/cart", "component:cart"],
    // Beginnings, of the last word and of several.
    ["recomm", "component:recommendations"],
    ["pay gate", "component:payment-gateway"],
    ["check u", "component:checkout-ui"],
    // Letters left out, added, changed, exchanged; in one word of several; while the word is still being typed.
    ["chekout", "component:checkout"],
    ["checkuot", "component:checkout"],
    ["chceko", "component:checkout"],
    ["paymnet gateway", "component:payment-gateway"],
    ["payment gatway", "component:payment-gateway"],
    ["recomendation", "component:recommendations"],
    ["notifcation", "component:notification-hub"],
    ["authentification", "component:authentication-service"],
    ["kuberntes", "component:kubernetes-operator"],
    ["inventroy", "component:inventory-sync"],
    ["fruad", "component:fraud-detection"],
    ["carrt", "component:cart"],
    // Words that mean the same.
    ["orders db", "resource:orders-database"],
    ["k8s", "component:kubernetes-operator"],
    ["auth", "component:authentication-service"],
    ["mq", "resource:message-queue"],
    ["api gw", "component:api-gateway"],
    ["search svc", "component:search-service"],
    // Accents, and names written together.
    ["zurich", "component:zurich-tax"],
    ["Zürich", "component:zurich-tax"],
    ["github mirror", "component:githubmirror"],
    ["githubmirror", "component:githubmirror"],
    ["postgresql", "resource:orders-database"],
    // People, teams and templates in the same box.
    ["olga", "user:olga.meier"],
    ["Olga Maier", "user:olga.meier"],
    ["margerite", "user:marguerite.dubois"],
    ["platform engineering", "group:platform"],
    ["new website", "template:new-website"],
    // Only in the description.
    ["rabbitmq", "resource:message-queue"],
    ["merchants", "component:payout-worker"],
    ['"front door"', "component:api-gateway"],
    // Narrowed.
    ["kind:api billing", "api:billing-api"],
    ["owner:payments tag:java", "component:payments-ledger"],
    ["type:queue", "resource:message-queue"],
    ["kind:api owner:payments", "api:payment-events"],
    ["kind:group payments", "group:payments"],
  ])("%s: %s", async (query, expected) => {
    expect(await first(query)).toBe(expected);
  });
});

describe("what is not found", () => {
  test.each(["xyzzy", "qqqqqq wwwww", '"gateway payment"', "kind:nothing cart", "owner:nobody-here cart"])(
    "%s",
    async (query) => {
      expect(await found(query)).toMatchObject({ hits: [], total: 0, correction: null });
    },
  );

  test("the shortest words have to be right", async () => {
    expect((await found("crt")).hits.map(refOf)).not.toContain("component:cart");
  });
});

describe("the order of what fits as well", () => {
  test("the own team's things come before others'", async () => {
    const names = async (actor: Actor) => (await found("gateway", actor)).hits.map(refOf);
    const mine = await names(person("developer", { groupRefs: ["group:default/quality"] }));
    const theirs = await names(person("developer", { groupRefs: ["group:default/payments"] }));
    const at = (list: (string | undefined)[], name: string) => list.indexOf(`component:${name}`);
    expect(at(mine, "payment-gateway-mock")).toBeLessThan(at(mine, "payment-gateway"));
    expect(at(theirs, "payment-gateway")).toBeLessThan(at(theirs, "payment-gateway-mock"));
  });

  test("what nobody has looked at for long sinks, and a whole name stays first all the same", async () => {
    const before = await first("order");
    expect(before).toBe("component:order-service");
    await db.execute(sql`
      insert into entity_trust (ref, entity_uid, confidence, state, computed_at)
      select ref, uid, case when name_key = 'order-service' then 0.1 else 0.95 end,
        case when name_key = 'order-service' then 'stale' else 'fresh' end, now()
      from entities where name_key in ('order-service', 'orders-api', 'cartography', 'cart')
      on conflict (ref) do update set confidence = excluded.confidence, state = excluded.state`);
    // A later minute: the order is kept for one.
    const later = as(db, person("developer"), new Date(Date.now() + 120_000));
    const hits = await search(later, { query: "order", kind: [], limit: 10, offset: 0 });
    expect(refOf(hits.hits[0])).toBe("api:orders-api");
    await db.execute(
      sql`update entity_trust set confidence = 0.01, state = 'stale' where ref = 'component:default/cart'`,
    );
    const cart = await search(later, { query: "cart", kind: [], limit: 10, offset: 0 });
    expect(refOf(cart.hits[0])).toBe("component:cart");
  });
});

test("groups, kinds and totals tell the same", async () => {
  const answer = await searchByGroup(as(db, person("developer")), { query: "payment", limit: 2 });
  const all = await search(as(db, person("developer")), {
    query: "payment",
    kind: [],
    limit: 100,
    offset: 0,
  });
  expect(all.hits.length).toBe(all.total);
  expect(answer.total).toBe(all.total);
  expect(all.kinds.reduce((sum, { count }) => sum + count, 0)).toBe(all.total);
  for (const group of ["entries", "people"] as const) {
    const inGroup = all.hits.filter((hit) => hit.group === group);
    expect(answer.groups[group]).toBe(inGroup.length);
    expect(answer.hits.filter((hit) => hit.group === group).map(refOf)).toEqual(
      inGroup.slice(0, 2).map(refOf),
    );
  }
});

test("pages follow each other without a gap or a copy", async () => {
  const ctx = as(db, person("developer"));
  const whole = await search(ctx, { query: "service", kind: [], limit: 100, offset: 0 });
  const refs: (string | undefined)[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const page = await search(ctx, { query: "service", kind: [], limit: 3, offset });
    refs.push(...page.hits.map(refOf));
    offset = page.nextOffset;
  }
  expect(refs).toEqual(whole.hits.map(refOf));
  expect(new Set(refs).size).toBe(refs.length);
});

test("what was put right is said, and applied only when nothing else fits", async () => {
  expect((await found("paymnet gateway kind:component")).correction).toEqual({
    query: "payment gateway kind:component",
    isApplied: true,
  });
  expect((await found("payment gateway")).correction).toBeNull();
});
