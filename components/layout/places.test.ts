import { expect, test } from "vitest";
import { isAt, placesFor } from "./places.ts";

test("Admin is a place only for platform engineers and admins", () => {
  const labels = (role: "developer" | "leader" | "platform" | "admin") =>
    placesFor(role).map((place) => place.label);
  expect(labels("developer")).not.toContain("Admin");
  expect(labels("leader")).not.toContain("Admin");
  expect(labels("platform")).toContain("Admin");
  expect(labels("admin")).toContain("Admin");
});

test("the letters after g are different for each place", () => {
  const keys = placesFor("admin").map((place) => place.key);
  expect(new Set(keys).size).toBe(keys.length);
});

test.each([
  ["/", "/", true],
  ["/", "/catalog", false],
  ["/catalog", "/catalog/component/default/checkout", true],
  ["/catalog", "/catalogue", false],
  ["/insights", "/insights/review", true],
  ["/insights", "/delivery/where", true],
  ["/insights", "/deliveries", false],
])("a page of %s at %s: %s", (href, pathname, expected) => {
  const place = placesFor("admin").find((one) => one.href === href);
  expect(place && isAt(place, pathname)).toBe(expected);
});
