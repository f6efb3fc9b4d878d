import { expect, test } from "vitest";
import { changeWords } from "./change-words.ts";
import { fieldChanges } from "./field-changes.ts";

const words = (before: object, after: object) =>
  fieldChanges(before as Record<string, unknown>, after as Record<string, unknown>).map(changeWords);

const entry = (spec: object, metadata: object = {}) => ({
  kind: "Component",
  metadata: { name: "a", ...metadata },
  spec,
});

test.each([
  [
    "an owner",
    entry({ owner: "payments" }),
    entry({ owner: "checkout" }),
    ["Owner changed from payments to checkout"],
  ],
  [
    "dependencies",
    entry({ dependsOn: ["component:a", "component:b"] }),
    entry({ dependsOn: ["component:b", "resource:ledger"] }),
    ["Dependency on component:a removed", "Dependency on resource:ledger added"],
  ],
  ["the order of a list", entry({ dependsOn: ["a", "b"] }), entry({ dependsOn: ["b", "a"] }), []],
  ["tags", entry({}, { tags: ["java"] }), entry({}, { tags: ["java", "kafka"] }), ["Tag kafka added"]],
  [
    "an annotation",
    entry({}, { annotations: { "example.com/x": "1" } }),
    entry({}, { annotations: { "example.com/x": "2" } }),
    ["Annotation example.com/x changed from 1 to 2"],
  ],
  [
    "a sentence",
    entry({}, { description: "Ships it." }),
    entry({}, { description: "Ships and tracks it." }),
    ["Description changed from “Ships it.” to “Ships and tracks it.”"],
  ],
  [
    "what the catalog writes itself",
    entry({}, { uid: "1", etag: "a", annotations: { "backstage.io/view-url": "x" } }),
    entry({}, { uid: "2", etag: "b", annotations: { "backstage.io/view-url": "y" } }),
    [],
  ],
  [
    "a link",
    entry({}, { links: [] }),
    entry({}, { links: [{ url: "https://x.test", title: "Runbook" }] }),
    ["Link Runbook (https://x.test) added"],
  ],
  [
    "a text of several lines",
    entry({ definition: "a\nb" }),
    entry({ definition: "a\nc" }),
    ["Definition rewritten"],
  ],
  ["a longer text", entry({ definition: "a\nb" }), entry({ definition: "a\nbc" }), ["Definition rewritten"]],
  ["a field that came", entry({}), entry({ lifecycle: "production" }), ["Lifecycle production added"]],
])("%s", (_, before, after, expected) => {
  expect(words(before, after)).toEqual(expected);
});

test("a long text is told by its length, never quoted", () => {
  const [change] = fieldChanges(
    { spec: { definition: `secret ${"x".repeat(300)}` } },
    { spec: { definition: `secret ${"y".repeat(300)}` } },
  );
  expect(change).toEqual({
    at: "/spec/definition",
    from: "a text of 307 characters",
    to: "a text of 307 characters",
  });
  expect(JSON.stringify(change)).not.toContain("secret");
});
