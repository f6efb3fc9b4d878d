import { expect, test } from "vitest";
import { chooseMode, databaseRefusal, missingKeyRefusal, startRefusal } from "./start-refusal.ts";

test.each([
  [{}, "evaluation"],
  [{ DATABASE_URL: "postgres://x/y", MILEPOST_EMBEDDED: true }, "evaluation"],
  [{ DATABASE_URL: "postgres://x/y" }, "production"],
  [{ DATABASE_URL: "postgres://x/y", MILEPOST_MODE: "evaluation" as const }, "evaluation"],
  [{ MILEPOST_MODE: "production" as const }, "production"],
  [{ OIDC_ISSUER: "https://id.example.com" }, "production"],
  [{ AUTH_GITHUB_ID: "x" }, "production"],
  [{ AUTH_GOOGLE_ID: "x" }, "production"],
  [{ OIDC_ISSUER: "https://id.example.com", MILEPOST_MODE: "evaluation" as const }, "evaluation"],
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
  [
    { HOST: "127.0.0.1", MILEPOST_MODE: "evaluation" as const },
    "production" as const,
    "has been in production",
  ],
])("an evaluation with %j on a database of mode %s is refused", (env, stored, words) => {
  expect(startRefusal(env, "evaluation", stored)).toContain(words);
});

const served = { HOST: "0.0.0.0", MILEPOST_URL: "https://portal.example.com" };

test.each([
  [served, "production" as const, null],
  [{ ...served, MILEPOST_URL: "https://portal.example.com:8443/" }, "production" as const, null],
  [{ ...served, MILEPOST_URL: "http://localhost:3000" }, "production" as const, null],
  [{ ...served, MILEPOST_URL: "http://[::1]:3000" }, "production" as const, null],
  // An evaluation that moved to production: its row decides, whatever the settings would choose.
  [served, "evaluation" as const, "production" as const],
])("production with %j may start", (env, chosen, stored) => {
  expect(startRefusal(env, chosen, stored)).toBeNull();
});

test.each([
  [{ MILEPOST_URL: "" }, "needs MILEPOST_URL"],
  [{ MILEPOST_URL: "http://portal.example.com" }, "set it to https://portal.example.com"],
  [{ MILEPOST_URL: "http://127.0.0.1.evil.example" }, "plain http"],
  [{ MILEPOST_URL: "https://portal.example.com/portal" }, "bare address"],
  [{ MILEPOST_URL: "https://user:word@portal.example.com" }, "bare address"],
  [{ GITHUB_WEBHOOK_SECRET: ["long enough to be a secret", "short"] }, "GITHUB_WEBHOOK_SECRET"],
  [{ OIDC_ISSUER: "https://id.example.com" }, "OIDC_CLIENT_ID is not"],
  [{ AUTH_GITHUB_SECRET: "x" }, "AUTH_GITHUB_ID is not"],
])("production with %j is refused, and the sentence says what to set", (env, words) => {
  expect(startRefusal({ ...served, ...env }, "production", null)).toContain(words);
});

test("a separate database and no key: one that was made in the data folder could be lost without it", () => {
  const env = { DATABASE_URL: "postgres://x/y" };
  expect(missingKeyRefusal(env, "production", false)).toContain("MILEPOST_SECRET_KEY");
  expect(missingKeyRefusal(env, "production", true)).toBeNull();
  expect(missingKeyRefusal(env, "evaluation", false)).toBeNull();
  expect(missingKeyRefusal({}, "production", false)).toBeNull();
  expect(missingKeyRefusal({ ...env, MILEPOST_EMBEDDED: true }, "production", false)).toBeNull();
});

test("an evaluation's database is not taken for production by a setting alone", () => {
  const env = { ...served, MILEPOST_MODE: "production" as const };
  expect(startRefusal(env, "production", "evaluation")).toContain("save a sign-in provider");
  expect(databaseRefusal(env, "production", "evaluation")).toContain("save a sign-in provider");
});

test("a command needs no public address, yet never an evaluation of what was in production", () => {
  expect(databaseRefusal({}, "production", "production")).toBeNull();
  expect(databaseRefusal({ MILEPOST_MODE: "evaluation" }, "evaluation", "production")).toContain(
    "has been in production",
  );
});
