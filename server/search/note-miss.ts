import { sql } from "drizzle-orm";
import { plainText } from "#server/catalog/search-text.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { NoteMiss } from "./inputs.ts";
import { keepableMiss } from "./model.ts";
import { countsAsMiss, pickRefusal } from "./policy.ts";
import { search } from "./reads/search.ts";

/**
 * Keeps for the platform team that something was looked for and not found: words, number and time, never who looked. Asked
 * for by the page once somebody stopped typing; looked up here again, so that nobody can fill the list with what is there.
 */
export async function noteMiss(ctx: Ctx, input: NoteMiss): Promise<void> {
  ensure(pickRefusal(ctx.actor));
  const kept = keepableMiss(plainText(input.query));
  if (kept === null || !countsAsMiss(ctx.actor)) return;
  const { total } = await search(ctx, { query: input.query, kind: [], limit: 1, offset: 0 });
  if (total > 0) return;
  await inTransaction(ctx, async (tx) => {
    const at = tx.now().toISOString();
    await tx.db.execute(sql`
      insert into search_misses as m (query, count, first_at, last_at) values (${kept}, 1, ${at}::timestamptz, ${at}::timestamptz)
      on conflict (query) do update set count = m.count + 1, last_at = greatest(m.last_at, excluded.last_at)`);
  });
}
