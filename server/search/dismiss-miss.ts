import { eq } from "drizzle-orm";
import { searchMisses } from "#db/schema/search.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { DismissMiss } from "./inputs.ts";
import { keepSearchRefusal } from "./policy.ts";
import "./events.ts";

/** Takes something off the list of what was looked for in vain; it comes back when somebody looks for it again. */
export async function dismissMiss(ctx: Ctx, input: DismissMiss): Promise<void> {
  ensure(keepSearchRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const [gone] = await tx.db
      .delete(searchMisses)
      .where(eq(searchMisses.query, input.query))
      .returning({ count: searchMisses.count });
    if (!gone) throw notFound("This is no longer on the list");
    // Without the words: what somebody typed is to be gone when it is gone here.
    await record(tx, { type: "search.dismissed", subjectId: "misses", payload: { count: gone.count } });
  });
}
