import { and, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import { observedPeriods } from "#db/schema/delivery-figures.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";

export type Gap = {
  /** A repository's id. */
  subject: string;
  what: "deployments" | "incidents";
  from: Date;
  until: Date;
  /** A sentence for people. */
  reason: string;
};

/**
 * Takes a time out of the periods in which something could have been seen, so that nothing in it is counted as zero. A
 * repository without periods of deployments gets one first, from its first webhook on; whether incidents can be seen at all
 * is not for a gap to say. The reason stands with the period that follows.
 */
export async function noteGap(ctx: Ctx, gap: Gap): Promise<void> {
  if (gap.until <= gap.from) return;
  await inTransaction(ctx, async (tx) => {
    await tx.db.execute(sql`
      select pg_advisory_xact_lock(hashtextextended(${`observed ${gap.subject} ${gap.what}`}, 0))`);
    if (gap.what === "deployments") await ensurePeriod(tx, gap);
    const touched = await tx.db
      .delete(observedPeriods)
      .where(
        and(
          eq(observedPeriods.subject, gap.subject),
          eq(observedPeriods.what, gap.what),
          lt(observedPeriods.from, gap.until),
          or(isNull(observedPeriods.until), gt(observedPeriods.until, gap.from)),
        ),
      )
      .returning();
    for (const { id: _, ...period } of touched) {
      if (period.from < gap.from) await tx.db.insert(observedPeriods).values({ ...period, until: gap.from });
      if (period.until === null || period.until > gap.until)
        await tx.db.insert(observedPeriods).values({ ...period, from: gap.until, reason: gap.reason });
    }
  });
}

async function ensurePeriod(tx: Ctx, { subject, what }: Gap): Promise<void> {
  await tx.db.execute(sql`
    insert into observed_periods (subject, what, from_at, reason)
    select r.id, ${what}, r.observed_since, 'Webhooks' from repositories r
    where r.id = ${subject}
      and not exists (select 1 from observed_periods o where o.subject = ${subject} and o.what = ${what})`);
}
