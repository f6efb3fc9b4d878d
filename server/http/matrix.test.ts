import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectedVerdict, isGuest } from "#server/testing/access-expected.ts";
import { leaksTo, restRows as rows } from "#server/testing/access-rows.ts";
import { askRest } from "#server/testing/ask.ts";
import { copyDatabase, type DatabaseCopy } from "#server/testing/database.ts";
import { inRolledBack } from "#server/testing/in-rolled-back.ts";
import { makeWorld, type World } from "#server/testing/world.ts";
import { httpRoutes } from "./routes.ts";

let copy: DatabaseCopy;
let world: World;

beforeAll(async () => {
  process.env.MILEPOST_URL = "http://127.0.0.1:3000";
  copy = await copyDatabase();
  world = await makeWorld(copy.pool.db);
});
afterAll(async () => {
  world?.remove();
  await copy?.drop();
});

const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
const verdicts: Record<number, string> = {
  200: "allowed",
  201: "allowed",
  204: "allowed",
  303: "allowed",
  401: "unauthenticated",
  403: "forbidden",
  404: "not found",
};

/** SCIM has a shape of its own for errors. */
const sentenceOf = (answer: { detail?: string; error?: { message: string } }) =>
  answer.detail ?? answer.error?.message;

test("every REST route has its row, and every row its route", () => {
  expect(Object.keys(rows).sort()).toEqual(httpRoutes.map(nameOf).sort());
});

describe.each(httpRoutes.map((route) => ({ name: nameOf(route), route })))("$name", ({ name, route }) => {
  test("each role, team and token may or may not, as its row says", async () => {
    const row = rows[name]!;
    const scope = route.scope ?? (route.method === "GET" || route.isRead ? "read" : "write");
    const cells = [];
    for (const caller of world.callers) {
      const request = { method: route.method, path: row.path(world), body: row.body?.(world) };
      const { status, text } = await inRolledBack(copy.pool.db, (db) => askRest(db, caller.carried, request));
      const verdict = verdicts[status] ?? `${status}: ${text.slice(0, 200)}`;
      cells.push({
        caller: caller.name,
        verdict,
        expected: expectedVerdict(row.who, caller, { scope, isOurs: row.isOurs }),
      });
      if (isGuest(caller) && status < 400) expect(leaksTo(caller, text), caller.name).toEqual([]);
      if (status >= 400) expect(sentenceOf(JSON.parse(text))).toMatch(/^[A-Z].{10,}/);
    }
    expect(cells.length).toBeGreaterThan(30);
    expect(cells.filter(({ verdict, expected }) => verdict !== expected)).toEqual([]);
  });
});
