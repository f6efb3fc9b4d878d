import { expect, test } from "vitest";
import { readQueryBody } from "./catalog-request.ts";

test.each([
  ["$all", "object"],
  [{ $and: [] }, "not an operator"],
  [{ $all: [], kind: "x" }, "stand alone"],
  [{ kind: { $gt: 1 } }, "$exists"],
])("the query %j is refused", (query, message) => {
  expect(() => readQueryBody({ query })).toThrow(message);
});
