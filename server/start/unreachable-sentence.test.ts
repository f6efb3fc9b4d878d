import { expect, test } from "vitest";
import { migrateDatabase } from "#db/migrate.ts";
import { unreachableSentence } from "./unreachable-sentence.ts";

const failureOf = (url: string) => migrateDatabase(url).catch((error: unknown) => error);

test.each([
  ["postgres://someone:hunter2@127.0.0.1:1/portal", "nothing listens there"],
  ["postgres://someone:hunter2@localhost/portal?host=%2Fno%2Fsuch%2Ffolder", "there is no such socket"],
])("%s: says why and what to do, and never the password", async (url, words) => {
  const sentence = unreachableSentence(await failureOf(url), url)?.message;
  expect(sentence).toContain(words);
  expect(sentence).toContain("database portal");
  expect(sentence).toContain("DATABASE_URL");
  expect(sentence).not.toContain("hunter2");
});

test("leaves other errors as they are", () => {
  expect(unreachableSentence(new Error("Something else"), "postgres://a@b/c")).toBeNull();
});
