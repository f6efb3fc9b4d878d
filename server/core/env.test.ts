import { expect, test } from "vitest";
import { readEnv } from "./env.ts";

const read = (source: Record<string, string>) => readEnv(source as NodeJS.ProcessEnv);

test("nothing set is a working evaluation on this machine", () => {
  expect(read({})).toMatchObject({ PORT: 3000, HOST: "127.0.0.1", MILEPOST_DEMO: true });
});

test("a data folder whose name only begins alike is taken", () => {
  expect(read({ MILEPOST_DATA_DIR: "/procedures" }).dataDir).toBe("/procedures");
});

test("an empty value counts as absent", () => {
  const env = read({ PORT: "", DATABASE_URL: "" });
  expect(env.PORT).toBe(3000);
  expect(env.DATABASE_URL).toBeUndefined();
});

test.each([
  [{ PORT: "seventy" }, /^PORT: /],
  [{ PORT: "70000" }, /^PORT: /],
  [{ MILEPOST_MODE: "demo" }, /^MILEPOST_MODE is "demo": use evaluation or production$/],
  [{ MILEPOST_DEMO: "yes" }, /^MILEPOST_DEMO is "yes": use 0 or 1$/],
  [{ MILEPOST_DEMO: "2" }, /^MILEPOST_DEMO is "2": use 0 or 1$/],
  [{ LOG_LEVEL: "loud" }, /^LOG_LEVEL is "loud": use trace, debug, info, warn or error$/],
  [{ LOG_LEVEL: "ghp_16C7e42F292c69" }, /^LOG_LEVEL is none of its values: use trace/],
  [{ GITHUB_APP_ID: "our-app" }, /^GITHUB_APP_ID: has to be the App's number$/],
  [{ MILEPOST_DATA_DIR: "/proc/milepost" }, /^MILEPOST_DATA_DIR: .*nothing can be kept below \/proc/],
  [{ MILEPOST_DATA_DIR: "/var/../sys" }, /^MILEPOST_DATA_DIR: /],
  [{ MILEPOST_URL: "portal.example.com" }, /^MILEPOST_URL: has to be an address/],
  [{ MILEPOST_SECRET_KEY: "short" }, /^MILEPOST_SECRET_KEY: is too short/],
])("%j is refused with the setting's name", (source, sentence) => {
  expect(() => read(source)).toThrow(sentence);
});

test("a refusal never repeats a value, which may be a secret", () => {
  expect(() => read({ MILEPOST_SECRET_KEY: "hunter2", PORT: "hunter2", LOG_LEVEL: "hunter2" })).toThrow(
    /^(?!.*hunter2)/s,
  );
});

test("lists are split at commas", () => {
  expect(read({ GITHUB_WEBHOOK_SECRET: "one, two ,," }).GITHUB_WEBHOOK_SECRET).toEqual(["one", "two"]);
});
