import { expect, test } from "vitest";
import { readEnv } from "./env.ts";

const read = (source: Record<string, string>) => readEnv(source as NodeJS.ProcessEnv);

test("nothing set is a working evaluation on this machine", () => {
  expect(read({})).toMatchObject({ PORT: 3000, HOST: "127.0.0.1", MILEPOST_DEMO: true });
});

test("an empty value counts as absent", () => {
  const env = read({ PORT: "", DATABASE_URL: "" });
  expect(env.PORT).toBe(3000);
  expect(env.DATABASE_URL).toBeUndefined();
});

test.each([
  [{ PORT: "seventy" }, /^PORT: /],
  [{ PORT: "70000" }, /^PORT: /],
  [{ MILEPOST_MODE: "demo" }, /^MILEPOST_MODE: has to be one of evaluation, production$/],
  [{ MILEPOST_DEMO: "yes" }, /^MILEPOST_DEMO: has to be one of 0, 1$/],
  [{ MILEPOST_URL: "portal.example.com" }, /^MILEPOST_URL: has to be an address/],
  [{ MILEPOST_SECRET_KEY: "short" }, /^MILEPOST_SECRET_KEY: is too short/],
])("%j is refused with the setting's name", (source, sentence) => {
  expect(() => read(source)).toThrow(sentence);
});

test("a refusal never repeats a value, which may be a secret", () => {
  expect(() => read({ MILEPOST_SECRET_KEY: "hunter2", PORT: "hunter2" })).toThrow(/^(?!.*hunter2)/s);
});

test("lists are split at commas", () => {
  expect(read({ GITHUB_WEBHOOK_SECRET: "one, two ,," }).GITHUB_WEBHOOK_SECRET).toEqual(["one", "two"]);
});
