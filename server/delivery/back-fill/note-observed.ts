import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { markSubjectDue } from "#server/delivery/comparison/note-gap.ts";

/**
 * Writes down, in the transaction that made it so, that everything of a repository between two moments was read: periods
 * that touch it become one with it, gaps in it are filled. Where no period was kept yet, webhooks and the nightly
 * comparison go on from there.
 */
export async function noteObserved(
  tx: Ctx,
  period: { subject: string; from: Date; until: Date; reason: string },
): Promise<void> {
  const { subject, reason } = period;
  const [from, until] = [period.from.toISOString(), period.until.toISOString()];
  await tx.db.execute(sql`
    select pg_advisory_xact_lock(hashtextextended(${`observed ${subject} deployments`}, 0))`);
  await tx.db.execute(sql`
    with touched as (
      delete from observed_periods where subject = ${subject} and what = 'deployments'
        and from_at <= ${until}::timestamptz and (until_at is null or until_at >= ${from}::timestamptz)
      returning from_at, until_at
    )
    insert into observed_periods (subject, what, from_at, until_at, reason)
    select ${subject}, 'deployments', least(${from}::timestamptz, min(from_at)),
      case when bool_or(until_at is null)
          or not exists (select from observed_periods o where o.subject = ${subject} and o.what = 'deployments')
        then null else greatest(${until}::timestamptz, max(until_at)) end,
      ${reason}
    from touched`);
  await markSubjectDue(tx, period);
}
