import { expect, test } from "vitest";
import { parseDatabaseUrl, withDatabaseName } from "./connection.ts";

test.each([
  [
    "postgres://me:p%40ss@db.example.com:6543/portal",
    { host: "db.example.com", port: 6543, user: "me", password: "p@ss", database: "portal" },
  ],
  ["postgresql://localhost/portal", { host: "localhost", port: 5432, user: "postgres", database: "portal" }],
  [
    "postgres://me@localhost/portal?host=%2Fvar%2Frun%2Fpg&sslmode=require",
    { host: "/var/run/pg", port: 5432, user: "me", database: "portal", ssl: "require" },
  ],
  ["postgres://me@[::1]:5433/portal", { host: "::1", port: 5433, user: "me", database: "portal" }],
])("reads %s", (url, address) => {
  expect(parseDatabaseUrl(url)).toEqual(address);
});

test.each([
  ["db.example.com/portal", "is not a UR"],
  ["mysql://localhost/portal", 'begins with "mysql:"'],
  ["postgres://localhost", "names no database"],
])("refuses %s with a sentence", (url, words) => {
  expect(() => parseDatabaseUrl(url)).toThrow(words);
});

test("a refusal never repeats the address, which may hold a password", () => {
  expect(() => parseDatabaseUrl("me:hunter2@db")).toThrow(/^(?!.*hunter2)/s);
});

test("names another database on the same server", () => {
  expect(withDatabaseName("postgres://me@localhost/a?host=%2Fs", "b")).toBe(
    "postgres://me@localhost/b?host=%2Fs",
  );
});
