import { expect, test } from "vitest";
import { chooseMode, startRefusal } from "./model.ts";

test.each([
  [{}, "evaluation"],
  [{ DATABASE_URL: "postgres://x/y", MILEPOST_EMBEDDED: true }, "evaluation"],
  [{ DATABASE_URL: "postgres://x/y" }, "production"],
  [{ DATABASE_URL: "postgres://x/y", MILEPOST_MODE: "evaluation" as const }, "evaluation"],
  [{ MILEPOST_MODE: "production" as const }, "production"],
])("%j starts as %s", (env, mode) => {
  expect(chooseMode(env)).toBe(mode);
});

test("an evaluation on this machine may start, again too", () => {
  expect(startRefusal({ HOST: "127.0.0.1" }, "evaluation", null)).toBeNull();
  expect(
    startRefusal({ HOST: "localhost", MILEPOST_URL: "http://localhost:3000" }, "evaluation", "evaluation"),
  ).toBeNull();
});

test.each([
  [{ HOST: "0.0.0.0" }, null, "HOST is 0.0.0.0"],
  [{ HOST: "192.168.1.2" }, null, "HOST is 192.168.1.2"],
  [
    { HOST: "127.0.0.1", MILEPOST_URL: "https://portal.example.com" },
    null,
    "MILEPOST_URL names portal.example.com",
  ],
  [{ HOST: "127.0.0.1" }, "production" as const, "has been in production"],
])("an evaluation with %j on a database of mode %s is refused", (env, stored, words) => {
  expect(startRefusal(env, "evaluation", stored)).toContain(words);
});

test("production is refused until it can be signed in to, rather than run without sign-in", () => {
  expect(startRefusal({ HOST: "127.0.0.1" }, "production", null)).toContain("MILEPOST_MODE=evaluation");
});
