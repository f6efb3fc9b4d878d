import { expect, test } from "vitest";
import { readAddress } from "./address.ts";

test.each(["/", "/catalog?query=50%25+off", "/catalog/component/default/caf%C3%A9", "/a?b=c+d"])(
  "%s is read",
  (path) => {
    expect(readAddress(path, "localhost:3000")?.host).toBe("localhost:3000");
  },
);

test.each([
  "/catalog/%E0%A4%A",
  "/catalog/component/default/%00",
  "/api/x?filter=a%00b",
  "/x?y=%",
  "//",
  "//evil.example/x",
  "/\\evil.example/x",
  "http://evil.example/x",
  "*",
  "",
])("%s is refused before anything looks inside", (path) => {
  expect(readAddress(path, "localhost:3000")).toBeNull();
});

test("the public address stands before the path, whatever Host was asked for", () => {
  expect(readAddress("/a?b", "evil.example", "https://portal.example.com/")?.href).toBe(
    "https://portal.example.com/a?b",
  );
});
