import { expect } from "vitest";
import { anonymous } from "#server/core/actor.ts";
import { clearCatalogue, documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { ListLocations, ListProblems } from "../inputs.ts";
import { readDefinition, readRaw } from "./documents.ts";
import { getEntity } from "./entity.ts";
import { readGroupRefs } from "./group-refs.ts";
import { getLocation, readLocations } from "./locations.ts";
import { readProblems } from "./problems.ts";
import { readRelated } from "./relations.ts";
import { readMyServices, readUnowned } from "./services.ts";

test("an entry's page: relations in both directions, what points to nothing, links, source, problems", async ({
  db,
}) => {
  await clearCatalogue(db);
  await importFiles(db, "/page", {
    "a/catalog-info.yaml": fileOf(
      documentText("Group", "payments", { metadata: { title: "Payments" } }),
      documentText("Component", "checkout", {
        metadata: {
          title: "Checkout",
          labels: { tier: "one" },
          annotations: { "github.com/project-slug": "Acme/Checkout" },
          links: [
            { url: "https://status.example.com", title: "Status" },
            { url: "javascript:alert(1)", title: "Evil" },
          ],
        },
        spec: {
          owner: "payments",
          system: "shop",
          providesApis: ["checkout-api"],
          dependsOn: ["component:nothing"],
        },
      }),
      documentText("API", "checkout-api", { spec: { owner: "payments", definition: "openapi: 3.1.0" } }),
    ),
  });
  await importFiles(db, "/copy", { "catalog-info.yaml": documentText("Component", "Checkout") });
  const entry = await getEntity(as(db), { ref: "Component:Checkout" });
  expect(entry).toMatchObject({
    ref: "component:default/checkout",
    title: "Checkout",
    owner: { ref: "group:default/payments", title: "Payments", isDangling: false },
    system: { ref: "system:default/shop", kind: "system", name: "shop", title: null, isDangling: true },
    labels: [{ key: "tier", value: "one" }],
    links: [{ url: "https://status.example.com", title: "Status", icon: null, type: null }],
    projectSlug: "acme/checkout",
    source: {
      locationTarget: "/page",
      file: "a/catalog-info.yaml",
      line: 3,
      url: null,
      importedAt: expect.any(Date),
    },
    problems: [
      expect.objectContaining({ severity: "warning", message: expect.stringContaining("is not shown") }),
      expect.objectContaining({
        message: "system:default/shop is not in the catalog",
        path: "/spec/system",
      }),
      expect.objectContaining({ message: "component:default/nothing is not in the catalog" }),
      expect.objectContaining({
        locationTarget: "/copy",
        message: expect.stringContaining("is in the catalog already"),
      }),
    ],
    may: { reimport: null },
  });
  expect(
    entry.relations.map(({ label, total, items }) => [
      label,
      total,
      items.map((item) => `${item.ref}${item.isDangling ? " points to nothing" : ""}`),
    ]),
  ).toEqual([
    ["Owned by", 1, ["group:default/payments"]],
    ["Part of", 1, ["system:default/shop points to nothing"]],
    ["Depends on", 1, ["component:default/nothing points to nothing"]],
    ["Provides", 1, ["api:default/checkout-api"]],
  ]);
  const api = await getEntity(as(db, person("developer")), { ref: "api:checkout-api" });
  expect(api.spec).not.toHaveProperty("definition");
  expect(api.hasDefinition).toBe(true);
  expect(api.may.reimport?.sentence).toBe("Only platform engineers can add to the catalog");
  expect(await readDefinition(as(db), { ref: "api:checkout-api" })).toEqual({
    type: "openapi",
    text: "openapi: 3.1.0",
  });
  const raw = await readRaw(as(db), { ref: "api:checkout-api" });
  expect(raw.yaml).toContain('"definition":"openapi: 3.1.0"');
  expect(JSON.parse(raw.json)).toHaveProperty("relations");
});

test("an entry that is not there, or not to be seen, is not found", async ({ db }) => {
  await clearCatalogue(db);
  await importFiles(db, "/one", { "catalog-info.yaml": documentText("Component", "one") });
  for (const ref of ["component:two", "not a ref:", "x".repeat(400)])
    await expect(getEntity(as(db), { ref })).rejects.toMatchObject({ code: "not_found" });
  await expect(getEntity(as(db, anonymous), { ref: "component:one" })).rejects.toMatchObject({
    code: "not_found",
  });
  await expect(readRaw(as(db, anonymous), { ref: "component:one" })).rejects.toMatchObject({
    code: "not_found",
  });
});

test("a document of any shape can be shown", async ({ db }) => {
  await clearCatalogue(db);
  await importFiles(db, "/odd", {
    "catalog-info.yaml": fileOf(
      "apiVersion: acme.io/v1\nkind: Widget\nmetadata: { name: odd, labels: {}, links: [] }\n",
      "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: wrong, labels: 5, annotations: [x], links: { url: y }, tags: z, title: [t] }\nspec: [1]\n",
      "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: __proto__, annotations: { __proto__: x } }\n",
    ),
  });
  expect(await getEntity(as(db), { ref: "widget:odd" })).toMatchObject({
    verdict: "unrecognised",
    spec: {},
    relations: [],
  });
  expect(await getEntity(as(db), { ref: "component:wrong" })).toMatchObject({
    verdict: "invalid",
    labels: [],
    links: [],
    tags: [],
    title: null,
  });
  expect((await getEntity(as(db), { ref: "component:__proto__" })).annotations).toContainEqual({
    key: "__proto__",
    value: "x",
  });
});

test("a relation with many entries is cut on the page and paged through", async ({ db }) => {
  await clearCatalogue(db);
  const many = Array.from({ length: 120 }, (_, index) =>
    documentText("Component", `c-${String(index).padStart(3, "0")}`, { spec: { owner: "team" } }),
  );
  await importFiles(db, "/many", { "a.yaml": fileOf(documentText("Group", "team"), ...many) });
  const { relations } = await getEntity(as(db), { ref: "group:team" });
  expect(relations.map(({ type, total, items }) => [type, total, items.length])).toEqual([
    ["ownerOf", 120, 50],
  ]);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await readRelated(as(db), { ref: "group:team", type: "ownerOf", limit: 50, cursor });
    seen.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect(seen).toEqual(many.map((_, index) => `c-${String(index).padStart(3, "0")}`));
});

test("my services are those of my groups and mine; the groups above mine count as mine", async ({ db }) => {
  await clearCatalogue(db);
  await importFiles(db, "/mine", {
    "a.yaml": fileOf(
      documentText("Group", "all", { spec: { children: ["payments"] } }),
      documentText("Group", "payments", { spec: { parent: "circle" } }),
      documentText("Group", "circle", { spec: { parent: "payments" } }),
      documentText("User", "jo", { spec: { memberOf: ["payments", "unknown"] } }),
      documentText("Component", "ours", { spec: { owner: "payments" } }),
      documentText("Component", "shared", { spec: { owner: "all" } }),
      documentText("Component", "mine", { spec: { owner: "user:jo" } }),
      documentText("Component", "theirs", { spec: { owner: "others" } }),
      documentText("Resource", "database", { spec: { owner: "payments" } }),
    ),
  });
  const groupRefs = await readGroupRefs(db, "user:default/jo");
  expect(groupRefs).toEqual(["group:default/all", "group:default/circle", "group:default/payments"]);
  const jo = person("developer", { groupRefs, personRef: "user:default/jo" });
  const { items, total } = await readMyServices(as(db, jo));
  expect(items.map(({ name }) => name)).toEqual(["mine", "ours", "shared"]);
  expect(total).toBe(3);
  expect(await readMyServices(as(db, person("developer")))).toEqual({ items: [], total: 0 });
});

test("who is in a department directly sees the services of its teams; a team's member sees not the other teams'", async ({
  db,
}) => {
  await clearCatalogue(db);
  await importFiles(db, "/led", {
    "a.yaml": fileOf(
      documentText("Group", "department", { spec: { children: ["payments", "search"] } }),
      documentText("Group", "payments", { spec: { parent: "department" } }),
      documentText("Group", "search", { spec: { parent: "department" } }),
      documentText("User", "lead", { spec: { memberOf: ["department"] } }),
      documentText("User", "jo", { spec: { memberOf: ["payments"] } }),
      documentText("Component", "charges", { spec: { owner: "payments" } }),
      documentText("Component", "finder", { spec: { owner: "search" } }),
    ),
  });
  const namesFor = async (personRef: string) => {
    const groupRefs = await readGroupRefs(db, personRef);
    const { items } = await readMyServices(as(db, person("leader", { groupRefs, personRef })));
    return items.map(({ name }) => name);
  };
  expect(await namesFor("user:default/lead")).toEqual(["charges", "finder"]);
  expect(await namesFor("user:default/jo")).toEqual(["charges"]);
});

test("what nobody answers for is told with the reason, services first", async ({ db }) => {
  await clearCatalogue(db);
  const files = {
    "a.yaml": fileOf(
      documentText("Group", "payments", { spec: { members: ["jo"] } }),
      documentText("Group", "empty"),
      documentText("User", "jo"),
      documentText("Component", "fine", { spec: { owner: "payments" } }),
      documentText("Component", "of-empty", { spec: { owner: "empty" } }),
      documentText("Component", "of-left", { spec: { owner: "user:left" } }),
      documentText("Component", "of-unknown", { spec: { owner: "nobody" } }),
      documentText("Resource", "of-none", { spec: { owner: undefined } }),
    ),
  };
  await importFiles(db, "/unowned", { ...files, "left.yaml": documentText("User", "left") });
  await importFiles(db, "/unowned", files);
  const { items, total } = await readUnowned(as(db), { limit: 3 });
  expect(total).toBe(4);
  expect(items.map(({ name, reason }) => [name, reason])).toEqual([
    ["of-empty", "empty"],
    ["of-left", "gone"],
    ["of-unknown", "unknown"],
  ]);
  const all = await readUnowned(as(db), { limit: 10 });
  expect(all.items.at(-1)).toMatchObject({ name: "of-none", reason: "missing" });
});

test("a catalog without people does not call its teams empty", async ({ db }) => {
  await clearCatalogue(db);
  await importFiles(db, "/teams", {
    "a.yaml": fileOf(
      documentText("Group", "team"),
      documentText("Component", "x", { spec: { owner: "team" } }),
    ),
  });
  expect(await readUnowned(as(db), { limit: 5 })).toEqual({ items: [], total: 0 });
});

test("problems are paged and narrowed; locations tell how their import went and what one may do", async ({
  db,
}) => {
  await clearCatalogue(db);
  const wrong = Array.from({ length: 7 }, (_, index) =>
    documentText("Component", `w${index}`, { spec: { owner: undefined } }),
  );
  const { id } = await importFiles(db, "/wrong", { "a.yaml": fileOf(...wrong) });
  await importFiles(db, "/fine", { "a.yaml": documentText("Group", "fine") });
  const first = await readProblems(as(db), ListProblems.parse({ locationId: id, limit: 5 }));
  expect(first).toMatchObject({ total: 7, previousCursor: null });
  const rest = await readProblems(
    as(db),
    ListProblems.parse({ locationId: id, limit: 5, cursor: first.nextCursor! }),
  );
  expect([...first.items, ...rest.items].map(({ ref }) => ref)).toEqual(
    wrong.map((_, index) => `component:default/w${index}`),
  );
  expect(rest.nextCursor).toBeNull();
  expect((await readProblems(as(db), ListProblems.parse({ severity: "info" }))).items).toEqual([]);
  const { items, may } = await readLocations(as(db, person("developer")), ListLocations.parse({}));
  expect(may.register?.sentence).toContain("Only platform engineers");
  expect(
    items.map(({ target, state, counts, entityCount, problemCount }) => ({
      target,
      state,
      counts,
      entityCount,
      problemCount,
    })),
  ).toEqual([
    {
      target: "/wrong",
      state: "imported",
      counts: { added: 7, changed: 0, unchanged: 0, removed: 0 },
      entityCount: 7,
      problemCount: 7,
    },
    {
      target: "/fine",
      state: "imported",
      counts: { added: 1, changed: 0, unchanged: 0, removed: 0 },
      entityCount: 1,
      problemCount: 0,
    },
  ]);
  expect(await getLocation(as(db, person("platform")), { id })).toMatchObject({
    progress: { step: null, done: 7, total: 7 },
    may: { reimport: null, remove: null, cancel: { sentence: "No import is under way" } },
  });
  await expect(readLocations(as(db, anonymous), ListLocations.parse({}))).rejects.toMatchObject({
    code: "forbidden",
  });
});
