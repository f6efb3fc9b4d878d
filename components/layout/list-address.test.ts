import { expect, test } from "vitest";
import { clearValues, firstRow, setValue, sortBy, toggleValue, toPage, toParams } from "./list-address.ts";

const params = (text: string) => new URLSearchParams(text);

test("a value of a facet comes and goes, its neighbours stay", () => {
  const one = toggleValue(params("tag=go&kind=API"), "tag", "java");
  expect(String(one)).toBe("kind=API&tag=go&tag=java");
  expect(String(toggleValue(one, "tag", "go"))).toBe("kind=API&tag=java");
});

test.each([
  ["a filter", toggleValue(params("cursor=abc&from=51"), "kind", "API"), "kind=API"],
  ["a query", setValue(params("cursor=abc&from=51"), "query", "pay"), "query=pay"],
  ["a sort", sortBy(params("cursor=abc&from=51"), "owner", { key: "name", direction: "asc" }), "sort=owner"],
])("%s begins at the first page", (_, next, text) => {
  expect(String(next)).toBe(text);
});

test("the same column twice sorts the other way round, and back", () => {
  const down = sortBy(params("sort=owner"), "owner", { key: "owner", direction: "asc" });
  expect(String(down)).toBe("sort=owner&direction=desc");
  expect(String(sortBy(down, "owner", { key: "owner", direction: "desc" }))).toBe("sort=owner");
});

test("an empty value leaves no trace", () => {
  expect(String(setValue(params("query=a&kind=API"), "query", ""))).toBe("kind=API");
  expect(String(clearValues(params("query=a&kind=API&sort=name"), ["query", "kind"]))).toBe("sort=name");
});

test.each([
  ["", 1],
  ["cursor=x&from=51", 51],
  ["from=51", 1],
  ["cursor=x&from=-3", 1],
  ["cursor=x&from=ten", 1],
  ["cursor=x", 1],
])("the first row of ?%s is %d", (text, row) => {
  expect(firstRow(params(text))).toBe(row);
});

test("going back never counts below the first row", () => {
  expect(String(toPage(params(""), "x", -20))).toBe("cursor=x&from=1");
});

test("what Next hands to a page becomes parameters again", () => {
  expect(String(toParams({ kind: ["API", "User"], query: "a b", cursor: undefined }))).toBe(
    "kind=API&kind=User&query=a+b",
  );
});
