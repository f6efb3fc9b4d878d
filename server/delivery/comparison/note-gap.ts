import { and, asc, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import { observedPeriods } from "#db/schema/delivery-figures.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { markKeptFiguresDue } from "#server/delivery/figures/mark-due.ts";
import { namedRepositories } from "#server/delivery/repositories/named-repositories.ts";

export type Gap = {
  /** A repository's id, or the reference of a Component where it is about that one alone. */
  subject: string;
  what: "deployments" | "incidents";
  from: Date;
  until: Date;
  /** A sentence for people. */
  reason: string;
};

/**
 * Takes a time out of the periods in which something could have been seen, so that nothing in it is counted as zero. A
 * repository, or a Component of one, without periods of deployments gets one first, from its first webhook on; whether incidents can be seen at all
 * is not for a gap to say. The reason stands with the period that follows. A gap before all periods leaves an empty one at
 * its beginning: what is not seen is always the time from one period to the next.
 */
export async function noteGap(ctx: Ctx, gap: Gap): Promise<void> {
  if (gap.until <= gap.from) return;
  await inTransaction(ctx, async (tx) => {
    await lockPeriods(tx, gap);
    if (gap.what === "deployments") await ensurePeriod(tx, gap);
    const isTheirs = periodsOf(gap);
    const [first] = await tx.db
      .select()
      .from(observedPeriods)
      .where(isTheirs)
      .orderBy(asc(observedPeriods.from))
      .limit(1);
    const touched = await tx.db
      .delete(observedPeriods)
      .where(
        and(
          isTheirs,
          lt(observedPeriods.from, gap.until),
          or(isNull(observedPeriods.until), gt(observedPeriods.until, gap.from)),
        ),
      )
      .returning();
    for (const { id, ...period } of touched) {
      if (period.from < gap.from || id === first?.id)
        await tx.db
          .insert(observedPeriods)
          .values({ ...period, from: earlier(period.from, gap.from), until: gap.from });
      if (period.until === null || period.until > gap.until)
        await tx.db.insert(observedPeriods).values({ ...period, from: gap.until, reason: gap.reason });
    }
    if (touched.length > 0) await markSubjectDue(tx, gap);
  });
}

const earlier = (one: Date, other: Date) => (one < other ? one : other);

const periodsOf = ({ subject, what }: Pick<Gap, "subject" | "what">) =>
  and(eq(observedPeriods.subject, subject), eq(observedPeriods.what, what));

const lockPeriods = (tx: Ctx, { subject, what }: Pick<Gap, "subject" | "what">) =>
  tx.db.execute(sql`
    select pg_advisory_xact_lock(hashtextextended(${`observed ${subject} ${what}`}, 0))`);

/** What could be seen is another now: figures of the services that this is about are made anew from there on. */
export async function markSubjectDue(
  tx: Ctx,
  { subject, from }: Pick<Gap, "subject" | "from">,
): Promise<void> {
  const services = await tx.db.execute<{ id: string }>(sql`
    select id from delivery_services where entity_ref = ${subject}
    union
    select v.id from ${namedRepositories} r join entities e on e.project_slug = r.named and e.kind_key = 'component'
    join delivery_services v on v.entity_ref = e.ref where r.id = ${subject}
    order by id`);
  for (const { id } of services) await markKeptFiguresDue(tx, id, from);
}

async function ensurePeriod(tx: Ctx, { subject, what }: Gap): Promise<void> {
  await tx.db.execute(sql`
    insert into observed_periods (subject, what, from_at, reason)
    select ${subject}, ${what}, min(r.observed_since), 'Webhooks' from ${namedRepositories} r
    where (r.id = ${subject} or r.named = (select e.project_slug from entities e where e.ref = ${subject}))
      and not exists (select 1 from observed_periods o where o.subject = ${subject} and o.what = ${what})
    having count(*) > 0`);
}
