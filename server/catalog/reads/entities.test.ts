import { test as base, expect } from "vitest";
import { anonymous } from "#server/core/actor.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test as withDatabase } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { EntityFilter, ListEntities } from "../inputs.ts";
import { countEntities, readEntities, streamEntities } from "./entities.ts";
import { readEntityFacets } from "./facets.ts";
import { keyset } from "./keyset.ts";

const services = ["checkout", "checkout-worker", "payment-gateway", "ledger", "zurich-adapter"].map(
  (name, index) =>
    documentText("Component", name, {
      metadata: {
        title: index === 4 ? "Zürich Adapter" : undefined,
        tags: index % 2 ? ["go"] : ["java", "pci"],
        description: index === 3 ? "Keeps what checkout sold" : "",
      },
      spec: {
        type: index < 3 ? "service" : "library",
        lifecycle: index === 4 ? "experimental" : "production",
        owner: ["payments", "payments", "user:jo", "left", "empty"][index],
        system: index < 2 ? "shop" : undefined,
      },
    }),
);
const files = {
  "services.yaml": fileOf(...services),
  "others.yaml": fileOf(
    documentText("Group", "payments", { metadata: { title: "Payments team" }, spec: { members: ["jo"] } }),
    documentText("Group", "empty"),
    documentText("User", "jo", { spec: { profile: { displayName: "Jo" } } }),
    documentText("System", "shop", { metadata: { title: "The shop" }, spec: { owner: "payments" } }),
    documentText("Component", "wrong", { spec: { lifecycle: undefined, owner: undefined } }),
  ),
};

const test = withDatabase.extend<{ filled: true }>({
  filled: [
    async ({ copy }, use) => {
      await importFiles(copy.pool.db, "/reads", { ...files, "old.yaml": documentText("Group", "left") });
      await importFiles(copy.pool.db, "/reads", files);
      await use(true);
    },
    { scope: "file", auto: true },
  ],
});

const names = async (db: Parameters<typeof as>[0], input: object) => {
  const { items } = await readEntities(as(db), ListEntities.parse(input));
  return items.map(({ name }) => name);
};

test("a row shows titles of owner and system, whether the owner is known, and the number of problems", async ({
  db,
}) => {
  const { items } = await readEntities(as(db), ListEntities.parse({ kind: "component" }));
  const row = (name: string) => items.find((item) => item.name === name);
  expect(row("checkout")).toMatchObject({
    ref: "component:default/checkout",
    ownerRef: "group:default/payments",
    ownerTitle: "Payments team",
    isOwnerKnown: true,
    systemTitle: "The shop",
    tags: ["java", "pci"],
    verdict: "valid",
    problemCount: 0,
    fileGoneAt: null,
    updatedAt: expect.any(Date),
  });
  expect(row("ledger")).toMatchObject({
    ownerRef: "group:default/left",
    ownerTitle: "left",
    isOwnerKnown: false,
  });
  expect(row("wrong")).toMatchObject({ verdict: "invalid", ownerRef: null, problemCount: 2 });
});

test.for([
  [{ kind: "Component", type: "service" }, ["checkout", "checkout-worker", "payment-gateway", "wrong"]],
  [{ kind: ["group", "system"], sort: "name" }, ["empty", "left", "payments", "shop"]],
  [{ owner: "group:default/payments", kind: "component" }, ["checkout", "checkout-worker"]],
  [{ tag: ["go"] }, ["checkout-worker", "ledger"]],
  [
    { tag: ["go", "pci"], lifecycle: "production" },
    ["checkout", "checkout-worker", "ledger", "payment-gateway"],
  ],
  [{ system: "system:default/shop" }, ["checkout", "checkout-worker"]],
  [{ is: "gone" }, ["left"]],
  [{ is: "problems" }, ["wrong"]],
  [{ is: "unowned", kind: "component" }, ["ledger", "wrong", "zurich-adapter"]],
  [{ kind: "component", sort: "name", direction: "desc", limit: 2 }, ["zurich-adapter", "wrong"]],
  [{ kind: "component", sort: "owner", limit: 3 }, ["zurich-adapter", "ledger", "checkout"]],
  [{ kind: "component", sort: "lifecycle", direction: "desc", limit: 1 }, ["payment-gateway"]],
  [{ query: "checkout" }, ["checkout", "checkout-worker", "ledger"]],
  [{ query: "check work" }, ["checkout-worker"]],
  [{ query: "zürich" }, ["zurich-adapter"]],
  [{ query: "chekout" }, ["checkout", "checkout-worker", "ledger"]],
  [{ query: "paymnt gatway" }, ["payment-gateway"]],
  [{ query: "qqqq" }, []],
  [{ query: "!!!" }, []],
  [{ query: "ledger & drop'; --" }, []],
] as const)("%j lists %j", async ([input, expected], { db }) => {
  const found = await names(db, input);
  const isOrdered = "sort" in input || "query" in input;
  expect(isOrdered ? found : found.toSorted()).toEqual(isOrdered ? expected : [...expected].sort());
});

test.for(["name", "kind", "type", "owner", "lifecycle", "updated", undefined] as const)(
  "pages sorted by %s meet without gaps or repetitions, in both directions",
  async (sort, { db }) => {
    for (const direction of ["asc", "desc"] as const)
      for (const query of sort ? [""] : ["", "e"]) {
        const ask = (cursor?: string) =>
          readEntities(as(db), ListEntities.parse({ sort, direction, query, limit: 3, cursor }));
        let page = await ask();
        expect(page.previousCursor).toBeNull();
        const forwards = [page.items];
        while (page.nextCursor) {
          page = await ask(page.nextCursor);
          forwards.push(page.items);
        }
        const all = forwards.flat().map(({ ref }) => ref);
        const { total } = await countEntities(as(db), EntityFilter.parse({ query }));
        expect(new Set(all).size).toBe(total);
        expect(all).toHaveLength(total);
        const backwards = [page.items];
        while (page.previousCursor) {
          page = await ask(page.previousCursor);
          backwards.unshift(page.items);
        }
        expect(backwards.flat().map(({ ref }) => ref)).toEqual(all);
      }
  },
);

test("facets count what choosing them would show", async ({ db }) => {
  const filter = EntityFilter.parse({ kind: "component", tag: "java" });
  const facets = await readEntityFacets(as(db), filter);
  expect(facets.kind).toEqual([{ value: "component", label: "Component", count: 3 }]);
  expect(facets.tag).toEqual([
    { value: "java", label: "java", count: 3 },
    { value: "pci", label: "pci", count: 3 },
    { value: "go", label: "go", count: 2 },
  ]);
  expect(facets.owner).toEqual([
    { value: "group:default/empty", label: "empty", count: 1 },
    { value: "group:default/payments", label: "Payments team", count: 1 },
    { value: "user:default/jo", label: "Jo", count: 1 },
  ]);
  expect(facets.flags).toEqual({ unowned: 1, gone: 0, problems: 0 });
  for (const name of ["type", "owner", "lifecycle", "system"] as const)
    for (const { value, count } of facets[name]) {
      const { total } = await countEntities(as(db), { ...filter, [name]: [value] });
      expect({ name, value, count }).toEqual({ name, value, count: total });
    }
});

test("who is not signed in sees nothing", async ({ db }) => {
  const ctx = as(db, anonymous);
  const everything = ListEntities.parse({});
  expect((await readEntities(ctx, everything)).items).toEqual([]);
  expect(await countEntities(ctx, everything)).toEqual({ total: 0, isCapped: false });
  expect((await readEntityFacets(ctx, everything)).kind).toEqual([]);
  expect((await readEntities(as(db, person("developer")), everything)).items).toHaveLength(11);
});

test("the stream for the CSV has every entry once", async ({ db }) => {
  const all = [];
  for await (const items of streamEntities(as(db), EntityFilter.parse({}))) all.push(...items);
  expect(new Set(all.map(({ ref }) => ref)).size).toBe(11);
});

base("a cursor of another list is refused", () => {
  const cursor = Buffer.from('["after","x"]').toString("base64url");
  expect(() => keyset([], false, cursor)).toThrow("no longer valid");
});
