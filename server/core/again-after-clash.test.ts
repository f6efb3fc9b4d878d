import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { as, test } from "#server/testing/database.ts";
import { againAfterClash } from "./again-after-clash.ts";
import { inTransaction } from "./context.ts";

test("a transaction that waited in a circle with another is done again, and then through", async ({ db }) => {
  await db.execute(sql`create table clashing (id int primary key, n int not null)`);
  await db.execute(sql`insert into clashing values (1, 0), (2, 0)`);
  let tries = 0;
  // Both have their first row before either asks for the other's.
  let holding = 0;
  const bothHold = Promise.withResolvers<void>();
  const raise = (first: number, second: number) =>
    againAfterClash(() =>
      inTransaction(as(db), async (tx) => {
        tries += 1;
        await tx.db.execute(sql`update clashing set n = n + 1 where id = ${first}`);
        holding += 1;
        if (holding === 2) bothHold.resolve();
        await bothHold.promise;
        await tx.db.execute(sql`update clashing set n = n + 1 where id = ${second}`);
      }),
    );
  await Promise.all([raise(1, 2), raise(2, 1)]);
  expect(await db.execute(sql`select n from clashing`)).toEqual([{ n: 2 }, { n: 2 }]);
  expect(tries).toBe(3);
});

test("what fails otherwise fails at once", async () => {
  let tries = 0;
  await expect(
    againAfterClash(async () => {
      tries += 1;
      throw new Error("another");
    }),
  ).rejects.toThrow("another");
  expect(tries).toBe(1);
});
