import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { ReadGraph } from "./inputs.ts";
import { graphLimits, impactLimit } from "./model.ts";
import { readGraph } from "./read-graph.ts";
import { readImpact } from "./read-impact.ts";

const component = (name: string, spec: Record<string, unknown> = {}) =>
  documentText("Component", name, { spec });
const short = (ref: string) => ref.replace(/^.*\//, "");
const developer = person("developer");

const around = async (db: Db, root: string, rest: Partial<ReadGraph> = {}, actor = developer) => {
  const graph = await readGraph(as(db, actor), ReadGraph.parse({ root, ...rest }));
  return { ...graph, names: graph.nodes.map(({ ref }) => short(ref)) };
};
const impact = async (db: Db, ref: string, direction: "breaks" | "needs" = "breaks", actor = developer) =>
  readImpact(as(db, actor), { ref, direction });

/** web → api:orders ← shop → (db, component:ghost), shop ⇄ cart, report → web; reds own web and shop, blues the rest. */
async function shop(db: Db): Promise<void> {
  await importFiles(db, "/shop", {
    "catalog-info.yaml": fileOf(
      documentText("Group", "reds"),
      documentText("Group", "blues"),
      documentText("System", "selling", { spec: { owner: "reds" } }),
      documentText("API", "orders", { spec: { owner: "reds" } }),
      documentText("Resource", "db", { spec: { owner: "blues" } }),
      component("web", { owner: "reds", consumesApis: ["orders"] }),
      component("shop", {
        owner: "reds",
        system: "selling",
        providesApis: ["orders"],
        dependsOn: ["resource:db", "component:ghost", "component:cart"],
      }),
      component("cart", { owner: "blues", dependsOn: ["component:shop"] }),
      component("report", { owner: "blues", dependsOn: ["component:web"] }),
    ),
  });
}

describe("what is around an entry:", () => {
  test("by depth, direction, relation and kind; cycles end, and what points to nothing is said", async ({
    db,
  }) => {
    await shop(db);
    const one = await around(db, "component:shop", { depth: 1, relation: ["dependsOn"] });
    expect(one.names).toEqual(["shop", "cart", "ghost", "db"]);
    expect(one.nodes.map(({ depth, isDangling }) => [depth, isDangling])).toEqual([
      [0, false],
      [1, false],
      [1, true],
      [1, false],
    ]);
    expect(one.edges.map(({ from, to }) => `${short(from)} → ${short(to)}`)).toEqual([
      "cart → shop",
      "shop → cart",
      "shop → ghost",
      "shop → db",
    ]);
    expect(one).toMatchObject({ total: 4, isMore: false });
    const api = await around(db, "component:shop", { depth: 2, relation: ["providesApi", "consumesApi"] });
    expect(api.names).toEqual(["shop", "orders", "web"]);
    expect(api.edges.map(({ type }) => type).sort()).toEqual(["consumesApi", "providesApi"]);
    expect(
      (
        await around(db, "component:shop", {
          direction: "neededBy",
          depth: 6,
          relation: ["dependsOn", "consumesApi", "providesApi"],
        })
      ).names.sort(),
    ).toEqual(["cart", "orders", "report", "shop", "web"]);
    expect((await around(db, "component:shop", { depth: 6, kind: ["Component"] })).names.sort()).toEqual([
      "cart",
      "ghost",
      "shop",
    ]);
    expect((await around(db, "system:selling", { depth: 1 })).names.sort()).toEqual([
      "reds",
      "selling",
      "shop",
    ]);
    await expect(around(db, "component:nothing")).rejects.toMatchObject({ code: "not_found" });
  });

  test("more than can be drawn: the nearest, and how many there are", async ({ db }) => {
    const many = Array.from({ length: graphLimits.nodes + 20 }, (_, n) =>
      component(`leaf-${n}`, { dependsOn: ["component:hub"] }),
    );
    await importFiles(db, "/many", { "catalog-info.yaml": fileOf(component("hub"), ...many) });
    const graph = await around(db, "component:hub", { depth: 1, relation: ["dependsOn"] });
    expect([graph.nodes.length, graph.total]).toEqual([graphLimits.nodes, graphLimits.nodes + 21]);
    expect(graph.names[0]).toBe("hub");
  });
});

describe("what breaks, and what is needed:", () => {
  test("however far away, with the shortest way as evidence and its owners", async ({ db }) => {
    await shop(db);
    const breaks = await impact(db, "resource:db");
    expect(breaks.items.map(({ path }) => path.map(short).join(" → "))).toEqual([
      "db → shop → cart",
      "db → shop → orders → web → report",
      "db → shop",
      "db → shop → orders",
      "db → shop → orders → web",
    ]);
    expect(breaks.owners.map(({ ref, count }) => [short(ref ?? ""), count])).toEqual([
      ["reds", 3],
      ["blues", 2],
    ]);
    expect(breaks).toMatchObject({ total: 5, isMore: false });
    const needs = await impact(db, "component:web", "needs");
    expect(needs.items.map(({ ref }) => short(ref)).sort()).toEqual([
      "cart",
      "db",
      "ghost",
      "orders",
      "shop",
    ]);
    const parts = await impact(db, "system:selling");
    expect(parts.items.map(({ ref }) => short(ref))).toContain("web");
    const team = await impact(db, "group:reds");
    expect(team.items.map(({ ref }) => short(ref))).toContain("report");
  });

  test("a chain longer than the limit is cut, and says so", async ({ db }) => {
    const chain = Array.from({ length: impactLimit + 50 }, (_, n) =>
      component(`link-${n}`, n > 0 ? { dependsOn: [`component:link-${n - 1}`] } : {}),
    );
    await importFiles(db, "/chain", { "catalog-info.yaml": fileOf(...chain) });
    const found = await impact(db, "component:link-0");
    expect(found).toMatchObject({ total: impactLimit, isMore: true });
    expect((await impact(db, "component:link-5000")).total).toBe(49);
  });
});

test("a guest is told of nothing that they do not see, at any hop, not even as a number", async ({ db }) => {
  await shop(db);
  const guest = person("guest", { limitedTo: ["group:default/reds"] });
  const graph = await around(db, "component:shop", { depth: 6 }, guest);
  expect(graph.names.sort()).toEqual(["orders", "reds", "selling", "shop", "web"]);
  expect(graph.total).toBe(5);
  const breaks = await impact(db, "component:shop", "breaks", guest);
  expect(breaks.items.map(({ ref }) => short(ref))).toEqual(["orders", "web"]);
  expect(breaks).toMatchObject({ total: 2, owners: [{ ref: "group:default/reds", count: 2 }] });
  expect(JSON.stringify([graph, breaks])).not.toMatch(/cart|ghost|report|blues|\bdb\b/);
  await expect(around(db, "resource:db", {}, guest)).rejects.toMatchObject({ code: "not_found" });
  await expect(impact(db, "resource:db", "breaks", guest)).rejects.toMatchObject({ code: "not_found" });
});
