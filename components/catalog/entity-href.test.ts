import { expect, test } from "vitest";
import { entityHref, splitRef } from "./entity-href.ts";

test.each([
  ["component:default/checkout", { kind: "component", namespace: "default", name: "checkout" }],
  ["api:payments", { kind: "api", namespace: "default", name: "payments" }],
  ["payments", { kind: "component", namespace: "default", name: "payments" }],
  ["team/payments", { kind: "component", namespace: "team", name: "payments" }],
])("%s falls into its parts", (ref, parts) => {
  expect(splitRef(ref)).toEqual(parts);
});

test("names keep their odd letters in the address", () => {
  expect(entityHref("resource:default/queue#1?", "source")).toBe(
    "/catalog/resource/default/queue%231%3F/source",
  );
});
