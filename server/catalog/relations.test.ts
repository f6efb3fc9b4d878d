import fc from "fast-check";
import { expect, test } from "vitest";
import { inverseRelation } from "./model.ts";
import { relationLine, relationsOf } from "./relations.ts";

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const ref = fc.oneof(
  name,
  fc.tuple(name, name).map(([namespace, local]) => `${namespace}/${local}`),
  fc
    .tuple(fc.constantFrom("Component", "group", "API", "user"), name, name)
    .map(([kind, space, local]) => `${kind}:${space}/${local}`),
);
const refs = fc.oneof(ref, fc.array(ref, { maxLength: 5 }));
const spec = fc.record(
  Object.fromEntries(
    [
      "owner",
      "system",
      "dependsOn",
      "dependencyOf",
      "subcomponentOf",
      "providesApis",
      "consumesApis",
      "domain",
      "subdomainOf",
      "parent",
      "children",
      "members",
      "memberOf",
    ].map((field) => [field, refs]),
  ),
  { requiredKeys: [] },
);
const kind = fc.constantFrom(
  "Component",
  "API",
  "Resource",
  "System",
  "Domain",
  "Group",
  "User",
  "Template",
  "Widget",
);

test("every relation stands in both directions, once, and touches the entity that states it", () => {
  fc.assert(
    fc.property(kind, name, name, spec, (entityKind, namespace, local, stated) => {
      const self = { kind: entityKind, namespace, name: local };
      const { relations } = relationsOf(self, stated);
      const lines = relations.map(relationLine);
      expect(new Set(lines).size).toBe(lines.length);
      const own = `${entityKind}:${namespace}/${local}`.toLowerCase();
      for (const { source, type, target } of relations) {
        expect(lines).toContain(
          relationLine({ source: target, type: inverseRelation[type]!, target: source }),
        );
        expect([source, target]).toContain(own);
      }
    }),
  );
});

test("the opposite of the opposite is the relation itself", () => {
  for (const [type, inverse] of Object.entries(inverseRelation)) expect(inverseRelation[inverse]).toBe(type);
});

test("bare names stand for the field's kind in the document's own namespace", () => {
  const { relations } = relationsOf(
    { kind: "Component", namespace: "shop", name: "Cart" },
    {
      owner: "team-a",
      system: "other/store",
      providesApis: ["cart-api"],
      dependsOn: ["Resource:db", "component:base/Log"],
    },
  );
  expect(relations.map(relationLine).sort()).toEqual([
    "api:shop/cart-api apiProvidedBy component:shop/cart",
    "component:base/log dependencyOf component:shop/cart",
    "component:shop/cart dependsOn component:base/log",
    "component:shop/cart dependsOn resource:shop/db",
    "component:shop/cart ownedBy group:shop/team-a",
    "component:shop/cart partOf system:other/store",
    "component:shop/cart providesApi api:shop/cart-api",
    "group:shop/team-a ownerOf component:shop/cart",
    "resource:shop/db dependencyOf component:shop/cart",
    "system:other/store hasPart component:shop/cart",
  ]);
});
