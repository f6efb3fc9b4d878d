import { expect } from "vitest";
import { inTransaction } from "#server/core/context.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { takeSaveLock } from "./save-lock.ts";

test("whoever has no patience left is told so, and has it as soon as it is free", async ({ db }) => {
  const ctx = as(db, person("platform"));
  await inTransaction(ctx, async (first) => {
    await takeSaveLock(first.db);
    await takeSaveLock(first.db, 0);
    await expect(inTransaction(ctx, (second) => takeSaveLock(second.db, 0))).rejects.toMatchObject({
      code: "conflict",
    });
  });
  await expect(inTransaction(ctx, (third) => takeSaveLock(third.db, 0))).resolves.toBeUndefined();
});
