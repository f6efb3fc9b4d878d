import { expect, test } from "vitest";
import { localPath } from "./local-path.ts";

test.each([
  "/",
  "/catalog",
  "/catalog?kind=API&owner=group:default/payments",
  "/catalog/component/default/a%2Fb",
])("%s is a path of the portal", (path) => {
  expect(localPath(path)).toBe(path);
});

test.each([
  "https://stranger.example",
  "//stranger.example",
  "/\\stranger.example",
  "/a\\..\\b",
  "javascript:alert(1)",
  "/a\nb",
  "/\t/stranger.example",
  "",
  undefined,
])("%j leads home instead", (next) => {
  expect(localPath(next)).toBe("/");
});

test("a path given twice leads home", () => {
  expect(localPath(["/a", "/b"])).toBe("/");
});
