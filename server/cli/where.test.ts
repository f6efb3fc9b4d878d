import { Command } from "commander";
import { expect, test } from "vitest";
import type { WhereChange } from "#server/delivery/where/model.ts";
import { answerLines, whereCommand } from "./where.ts";

const place = {
  tier: "production",
  runs: "b".repeat(40),
  brokeAt: null,
  isAtLeast: false,
  note: null,
} as const;
const change: WhereChange = {
  kind: "pull request",
  repository: "acme/shop",
  number: 412,
  sha: "a".repeat(40),
  title: "Count once",
  state: "merged",
  mergedAt: null,
  url: null,
  services: [
    {
      ref: "component:default/cart",
      name: "cart",
      places: [
        { ...place, environment: "production-eu", state: "live", since: new Date("2026-11-21T14:03:00Z") },
        { ...place, environment: "production-us", state: "waiting", since: null },
      ],
    },
    { ref: "component:default/web", name: "web", places: [] },
  ],
  untouched: 0,
  words: [],
  note: null,
};

test("lines say where a change runs, service by service", () => {
  expect(answerLines({ changes: [change], note: null })).toEqual([
    "acme/shop#412 Count once",
    "  cart production-eu: Live since 2026-11-21T14:03:00.000Z",
    "  cart production-us: Waiting",
    "  web: nothing was deployed in the last months",
  ]);
});

test("what names no change is refused before anything is opened", async () => {
  const program = new Command("milepost").exitOverride();
  whereCommand(program, { document: () => {}, line: () => {}, progress: () => {} });
  await expect(program.parseAsync(["where", "hello"], { from: "user" })).rejects.toThrow(
    /"hello" is no commit/,
  );
});
