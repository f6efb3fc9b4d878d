import { expect, test } from "vitest";
import { compareEntity } from "./compare-entity.ts";

const base = {
  apiVersion: "backstage.io/v1alpha1",
  kind: "Component",
  metadata: { name: "a", namespace: "default", annotations: { "x/y": "1" }, tags: ["b", "c"] },
  spec: { type: "service", owner: "team" },
  relations: [{ type: "ownedBy", targetRef: "group:default/team" }],
};
const with_ = (metadata: object, spec: object = {}, relations: unknown = base.relations) => ({
  ...base,
  metadata: { ...base.metadata, ...metadata },
  spec: { ...base.spec, ...spec },
  relations,
});

test("what each side writes by itself makes no difference, nor does the order of keys", () => {
  const theirs = with_({
    uid: "1",
    etag: "2",
    annotations: {
      "backstage.io/managed-by-location": "url:https://a",
      "backstage.io/view-url": "https://a",
      "backstage.io/source-location": "url:https://a/",
      "x/y": "1",
    },
  });
  const ours = {
    spec: { owner: "team", type: "service", lifecycle: undefined, dependsOn: [] },
    relations: [{ targetRef: "Group:default/team", type: "ownedBy", target: {} }],
    metadata: {
      ...base.metadata,
      tags: ["c", "b"],
      uid: "3",
      annotations: { "x/y": "1", "milepost.dev/added-in-portal": "x" },
    },
    kind: base.kind,
    apiVersion: base.apiVersion,
  };
  expect(compareEntity(theirs, ours)).toEqual({ fields: [], relations: [], equalRelations: 1 });
});

test("fields that differ are named by their path, with both values; lists as a whole", () => {
  const theirs = with_({ tags: ["c", "d"], title: "A" }, { owner: "other", deep: { one: 1 } });
  const ours = with_({ annotations: { "x/y": "2", "z.z/a": "b" } }, { deep: { one: 2 } });
  expect(compareEntity(theirs, ours).fields).toEqual([
    { path: "spec.owner", theirs: '"other"', ours: '"team"' },
    { path: "spec.deep.one", theirs: "1", ours: "2" },
    { path: "metadata.tags", theirs: '["c","d"]', ours: '["b","c"]' },
    { path: "metadata.title", theirs: '"A"', ours: null },
    { path: "metadata.annotations.x/y", theirs: '"1"', ours: '"2"' },
    { path: "metadata.annotations.z.z/a", theirs: null, ours: '"b"' },
  ]);
});

test("a source location counts where both sides state one", () => {
  const at = (place: string) => with_({ annotations: { "backstage.io/source-location": place, "x/y": "1" } });
  expect(compareEntity(at("url:a"), base).fields).toEqual([]);
  expect(compareEntity(at("url:a"), at("url:b")).fields).toHaveLength(1);
});

test("relations are compared by type and target, whatever states them", () => {
  const theirs = with_({}, {}, [
    { type: "ownedBy", targetRef: "group:default/team" },
    { type: "dependsOn", targetRef: "component:default/b" },
    { type: "dependsOn", targetRef: "component:default/b" },
  ]);
  const ours = with_({}, {}, [
    { type: "ownedBy", targetRef: "group:default/team" },
    { type: "partOf", targetRef: "system:default/s" },
  ]);
  expect(compareEntity(theirs, ours)).toEqual({
    fields: [],
    relations: [
      { type: "dependsOn", targetRef: "component:default/b", side: "missing" },
      { type: "partOf", targetRef: "system:default/s", side: "extra" },
    ],
    equalRelations: 1,
  });
});

test("long values are cut, strange ones do not break it", () => {
  const found = compareEntity(
    with_({ annotations: null, title: "x".repeat(1000) }, {}, "none"),
    with_({ annotations: ["a"], title: 5 }, {}, [null, { type: 1 }]),
  );
  expect(found.fields.map(({ path }) => path)).toEqual(["metadata.title"]);
  expect(found.fields[0]?.theirs).toHaveLength(201);
  expect(found.relations).toEqual([]);
});
