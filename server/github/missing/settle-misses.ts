import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { enqueue } from "#server/core/jobs.ts";

/** The job of a domain above that reads from the host what webhooks no longer can tell; known here by name. */
export const compareRepositoriesJobName = "delivery-compare";

type At = { connectionId: string; hookKey: string };

/**
 * Ends what is no longer open: what has come, and what the host has forgotten (delivered before `oldest`). The repositories
 * of the latter are marked, so that what these webhooks told is read in another way.
 */
export async function settleMisses(
  ctx: Ctx,
  { connectionId, hookKey, oldest }: At & { oldest: Date },
): Promise<void> {
  const now = ctx.now().toISOString();
  await inTransaction(ctx, async (tx) => {
    await tx.db.execute(sql`
      update webhook_misses m set arrived_at = ${now}::timestamptz
      where m.connection_id = ${connectionId} and m.hook_key = ${hookKey}
        and m.arrived_at is null and m.given_up_at is null
        and exists (select 1 from webhook_deliveries d
          where d.hook_key = m.hook_key and d.guid = m.guid and d.conflict_of is null)`);
    const lost = await tx.db.execute<{ repository: string | null; from: Date; until: Date }>(sql`
      with lost as (
        update webhook_misses m set given_up_at = ${now}::timestamptz
        where m.connection_id = ${connectionId} and m.hook_key = ${hookKey}
          and m.arrived_at is null and m.given_up_at is null and m.delivered_at < ${oldest.toISOString()}::timestamptz
        returning m.repository_number, m.delivered_at
      )
      select repository_number as repository, min(delivered_at) as from, max(delivered_at) as until
      from lost group by repository_number`);
    for (const { repository, from, until } of lost)
      await mark(tx, { connectionId, repository, from: new Date(from), until: new Date(until) });
    if (lost.length > 0) await orderComparison(tx, connectionId);
  });
}

/** Nobody looked in this time, and what was sent in it cannot be listed any more: it may be about any repository. */
export async function noteMissing(ctx: Ctx, { connectionId, from, until }: At & Span): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await mark(tx, { connectionId, repository: null, from, until });
    await orderComparison(tx, connectionId);
  });
}

type Span = { from: Date; until: Date };

/** Marks one repository, by the host's number of it, or all of the connection. */
async function mark(
  tx: Ctx,
  { connectionId, repository, from, until }: Span & { connectionId: string; repository: string | null },
): Promise<void> {
  await tx.db.execute(sql`
    insert into repository_comparisons (repository_id, missing_from, missing_until)
    select r.id, ${from.toISOString()}::timestamptz, ${until.toISOString()}::timestamptz from source_repositories r
    where r.connection_id = ${connectionId} and (${repository}::text is null or r.external_id = ${repository})
    on conflict (repository_id) do update set
      missing_from = least(repository_comparisons.missing_from, excluded.missing_from),
      missing_until = greatest(repository_comparisons.missing_until, excluded.missing_until)`);
}

const orderComparison = (tx: Ctx, connectionId: string) =>
  enqueue(tx, { name: compareRepositoriesJobName }, { connectionId }, { key: connectionId });
