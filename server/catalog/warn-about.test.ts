import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { editDistance, nearest } from "./edit-distance.ts";
import { judgeFile } from "./judge-file.ts";
import { validateEntity } from "./validate-entity.ts";
import { warnAbout } from "./warn-about.ts";

const document = (spec: object, metadata: object = {}, kind = "Component") => ({
  apiVersion: "backstage.io/v1alpha1",
  kind,
  metadata: { name: "a", ...metadata },
  spec: { type: "service", lifecycle: "production", owner: "team", ...spec },
});

test.each([
  [document({ subComponentOf: "x" }), "/spec/subComponentOf", '"subcomponentOf"'],
  [document({ dependOn: ["x"] }), "/spec/dependOn", '"dependsOn"'],
  [document({ "provides-apis": ["x"] }), "/spec/provides-apis", '"providesApis"'],
  [document({ consumeApi: ["x"] }), "/spec/consumeApi", '"consumesApis"'],
  [document({}, { anotations: {} }), "/metadata/anotations", '"annotations"'],
  [document({}, { dependsOn: ["x"] }), "/metadata/dependsOn", 'belongs below "spec"'],
  [
    document({}, { annotations: { "backstage.io/techdoc-ref": "dir:." } }),
    "/metadata/annotations/backstage.io~1techdoc-ref",
    '"backstage.io/techdocs-ref"',
  ],
  [document({ lifecycle: "Production" }), "/spec/lifecycle", '"production"'],
  [document({ lifecycle: "prod" }), "/spec/lifecycle", '"production"'],
  [document({ lifecycle: "depricated" }), "/spec/lifecycle", '"deprecated"'],
  [document({ memberof: ["x"] }, {}, "User"), "/spec/memberof", '"memberOf"'],
  [document({ plugin: ["x"] }, {}, "AiResource"), "/spec/plugin", '"plugins"'],
])("%j is probably a slip, and judged as before", (given, pointer, meant) => {
  const found = warnAbout(given);
  expect(found).toHaveLength(1);
  expect(found[0]?.pointer).toBe(pointer);
  expect(found[0]?.message).toContain(meant);
});

test.each([
  [document({ tier: 1, language: "go", owners: ["x"] })],
  [document({ lifecycle: "beta" })],
  [document({ lifecycle: ["$", "{{ values.lifecycle }}"].join("") })],
  [document({ lifecycle: 1 })],
  [document({}, { annotations: { "example.com/techdocs-ref": "x" }, name: 1, title: null })],
  [document({ subComponentOf: "x" }, {}, "Widget")],
  [{ kind: "Component", spec: [], metadata: "x" }],
  [{}],
])("%j is somebody's own business", (given) => {
  expect(warnAbout(given)).toEqual([]);
});

test("a warning never changes the verdict", () => {
  const given = document({ subComponentOf: "x", lifecycle: "prod" });
  expect(warnAbout(given)).toHaveLength(2);
  expect(validateEntity(given)).toMatchObject({ verdict: "valid", errors: [] });
});

test.each([
  ["", "", 0],
  ["abc", "abc", 0],
  ["abc", "acb", 1],
  ["abc", "ab", 1],
  ["owner", "ownr", 1],
  ["kitten", "sitting", 3],
  ["abcdef", "zyxwvu", 3],
])("%s and %s are %d apart (3: or more)", (one, other, distance) => {
  expect(editDistance(one, other, 2)).toBe(distance);
  expect(editDistance(other, one, 2)).toBe(distance);
});

test("of two that are equally near none is meant", () => {
  expect(nearest("team-c", ["team-a", "team-b"])).toBeNull();
  expect(nearest("team_a", ["team-a", "team-b"])).toBe("team-a");
  expect(nearest("ab", ["ac"])).toBeNull();
});

test("a file in another encoding is judged as Backstage does, with a warning", async () => {
  const folder = mkdtempSync(join(tmpdir(), "milepost-letters-"));
  const text = JSON.stringify(document({}, { description: "Café" }));
  writeFileSync(join(folder, "latin1.yaml"), Buffer.from(text, "latin1"));
  const judged = await judgeFile("latin1.yaml", folder);
  rmSync(folder, { recursive: true });
  expect(judged).toMatchObject({
    valid: true,
    documents: [{ warnings: [{ message: expect.stringContaining("UTF-8") }] }],
  });
});
