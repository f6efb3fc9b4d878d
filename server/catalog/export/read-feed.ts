import { sql } from "drizzle-orm";
import { isInsider } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { invalid } from "#server/core/errors.ts";
import type { EntityFilter } from "../inputs.ts";
import { visibleTo } from "../policy.ts";
import { allOf, filterCondition, searchFor } from "../reads/filter-entities.ts";
import { documentsOf } from "../reads/stream-documents.ts";

export type Feed = {
  /** What to ask with the next time: `since` this. */
  cursor: string;
  /** Changes with every change of the catalogue. */
  version: string;
  /** Entries as JSON texts, by reference; then, of what changed, those that are not in this feed any more. */
  lines: AsyncGenerator<string[]>;
};

/**
 * The catalogue as a feed: all entries that fit, or those that were written since a cursor was given, with what went
 * away as `{"ref":…,"removed":true}`. A change can come twice, but none is missed: a cursor is the oldest transaction
 * that was under way when it was given. Guests are not told what went away, since they may not have known of it.
 */
export async function readFeed(ctx: Ctx, filter: EntityFilter, since: string | undefined): Promise<Feed> {
  const [now] = await ctx.db.execute<{
    cluster: string;
    oldest: string;
    newest: string;
    version: string;
  }>(sql`
    select (select system_identifier from pg_control_system())::text as cluster,
      pg_snapshot_xmin(pg_current_snapshot())::text as oldest,
      pg_snapshot_xmax(pg_current_snapshot())::text as newest,
      coalesce((select version::text from catalogue_state), '') as version`);
  if (!now) throw new Error("A query of constants gave no row");
  const from = since === undefined ? null : readSince(since, now.cluster);
  const search = await searchFor(ctx, filter.query);
  const fits = filterCondition(ctx, filter, search);
  // What a restored backup holds was written by transactions of another cluster, some of them not yet counted here.
  const changed = sql`c.written_in >= ${from}::xid8 and c.written_in < ${now.newest}::xid8`;
  const rows = await ctx.db.execute<{ id: string }>(
    from === null
      ? sql`select e.id from entities e where ${fits} order by e.ref`
      : sql`select e.id from entities e join entity_changes c on c.ref = e.ref where ${allOf([fits, changed])} order by e.ref`,
  );
  const gone =
    from === null || !isInsider(ctx.actor)
      ? []
      : await ctx.db.execute<{ ref: string }>(sql`
          select c.ref from entity_changes c where ${changed} and not exists (
            select from entities e where e.ref = c.ref and ${allOf([visibleTo(ctx.actor), fits])}) order by c.ref`);
  const cursor = Buffer.from(JSON.stringify([now.cluster, now.oldest])).toString("base64url");
  return {
    cursor,
    version: now.version,
    lines: linesOf(
      ctx,
      rows.map(({ id }) => id),
      gone.map(({ ref }) => ref),
    ),
  };
}

async function* linesOf(ctx: Ctx, ids: string[], gone: string[]): AsyncGenerator<string[]> {
  yield* documentsOf(ctx, ids);
  if (gone.length > 0) yield gone.map((ref) => JSON.stringify({ ref, removed: true }));
}

/** A cursor of another database counts other transactions. */
function readSince(text: string, cluster: string): string {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (Array.isArray(value) && value[0] === cluster && /^\d{1,19}$/.test(String(value[1])))
      return String(value[1]);
  } catch {
    // Refused below, with what is no cursor of ours.
  }
  throw invalid("This cursor does not hold here any more: read everything once, without it", "since");
}
