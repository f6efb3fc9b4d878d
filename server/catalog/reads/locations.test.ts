import { beforeEach, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { clearCatalogue } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { ListLocations } from "../inputs.ts";
import { ensureLocation } from "../register-location.ts";
import { readLocations } from "./locations.ts";

const read = (db: Db, input: object) => readLocations(as(db), ListLocations.parse(input));

beforeEach<{ db: Db }>(async ({ db }) => {
  await clearCatalogue(db);
  const ctx = as(db);
  // Three at each moment, so that pages end between rows of one moment.
  for (let index = 0; index < 7; index += 1)
    await ensureLocation(
      { ...ctx, now: () => new Date(Date.UTC(2030, 0, 1 + Math.floor(index / 3))) },
      { type: "folder", target: `/srv/${index % 2 ? "odd_" : "even-"}${index}`, isDemo: false },
    );
});

test("pages forward and backward hold each source once, whatever moments they share", async ({ db }) => {
  const all = (await read(db, {})).items.map(({ target }) => target);
  expect(all).toHaveLength(7);
  const seen: string[] = [];
  let page = await read(db, { limit: 2 });
  expect(page).toMatchObject({ total: 7, previousCursor: null });
  seen.push(...page.items.map(({ target }) => target));
  while (page.nextCursor) {
    page = await read(db, { limit: 2, cursor: page.nextCursor });
    seen.push(...page.items.map(({ target }) => target));
  }
  expect(seen).toEqual(all);
  const back = await read(db, { limit: 2, cursor: page.previousCursor ?? "" });
  expect(back.items.map(({ target }) => target)).toEqual(all.slice(4, 6));
});

test("a part of the address finds a source, with signs that mean something in patterns as themselves", async ({
  db,
}) => {
  expect(await read(db, { query: "ODD_" })).toMatchObject({ total: 3, items: { length: 3 } });
  expect((await read(db, { query: "%" })).total).toBe(0);
  await expect(read(db, { cursor: "nonsense" })).rejects.toMatchObject({ code: "invalid" });
});
