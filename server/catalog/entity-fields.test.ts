import { expect, test } from "vitest";
import { fieldsOf } from "./entity-fields.ts";

test("an entity is flattened as Backstage's filters see it", () => {
  const fields = fieldsOf({
    apiVersion: "backstage.io/v1alpha1",
    kind: "Component",
    metadata: { name: "X", uid: "1", etag: "2", tags: ["Java", "java"], annotations: { "a.b/C": "D" } },
    spec: {
      type: "service",
      owner: "Team-A",
      empty: null,
      steps: [{ id: "a" }, { id: "b" }],
      many: 5,
      yes: true,
    },
    relations: [{ type: "x" }],
  });
  expect(fields.map(({ key, value, original }) => `${key}=${value}|${original}`).sort()).toEqual(
    [
      "apiversion=backstage.io/v1alpha1|null",
      "metadata.annotations.a.b/c=d|D",
      "metadata.tags.java=true|null",
      "metadata.tags=java|Java",
      "spec.empty=null|null",
      "spec.many=5|null",
      "spec.owner=team-a|Team-A",
      "spec.steps.id=a|null",
      "spec.steps.id=b|null",
      "spec.yes=true|null",
    ].sort(),
  );
});

test("values too long for an index are there without their text, keys too long are not there", () => {
  const fields = fieldsOf({ spec: { long: "x".repeat(201), ["k".repeat(201)]: "y" } });
  expect(fields).toEqual([{ key: "spec.long", value: null, original: null }]);
});

test("the number of fields is bounded", () => {
  const spec = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, index]));
  expect(fieldsOf({ spec }).length).toBeLessThanOrEqual(5000);
});
