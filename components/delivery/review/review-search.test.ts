import { expect, test } from "vitest";
import { choiceOf, reviewHref, reviewSearch } from "./review-search.ts";

test("what is chosen stands in the address, and is read back from it", () => {
  for (const choice of ["", "all", "group:default/payments", "component:default/cart"]) {
    const search = Object.fromEntries(new URL(reviewHref(choice), "http://localhost").searchParams);
    expect(choiceOf(reviewSearch(search))).toBe(choice);
  }
  expect(reviewSearch({ of: "component:default/cart" })).toEqual({
    mine: false,
    service: "component:default/cart",
  });
  expect(reviewSearch({ of: ["a", "b"] })).toEqual({ mine: true });
});
