import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { notifyPeople } from "#server/notifications/notify-people.ts";

type Row = { person: string; questions: number; stale: number };

/**
 * Once a month, with the draw: one notice to everybody who has questions to answer, or whose teams own what nobody has
 * looked at for long. The same notice is renewed, never a second one beside it. Answers with how many were told.
 */
export async function remind(ctx: Ctx): Promise<number> {
  const rows = await ctx.db.execute<Row>(sql`
    with owners as (
      select u.person_ref as person, m.target_ref as owner from users u
        join entity_relations m on m.source_ref = u.person_ref and m.type = 'memberOf'
        where u.disabled_at is null and u.role <> 'guest'
      union select u.person_ref, u.person_ref from users u
        where u.disabled_at is null and u.role <> 'guest' and u.person_ref is not null
    ), stale as (
      select o.person, count(distinct e.ref)::int as count from owners o
        join entities e on e.owner_ref = o.owner and e.file_gone_at is null
        join entity_trust t on t.ref = e.ref and t.state = 'stale'
      group by o.person
    ), asked as (
      select u.person_ref as person, count(*)::int as count from truth_questions q join users u on u.id = q.asked_user
      where q.answer is null and u.person_ref is not null group by u.person_ref
    )
    select coalesce(a.person, s.person) as person, coalesce(a.count, 0) as questions, coalesce(s.count, 0) as stale
    from asked a full join stale s on s.person = a.person`);
  const byWords = Map.groupBy(rows, titleOf);
  for (const [title, told] of byWords)
    await notifyPeople(
      ctx,
      told.map(({ person }) => person),
      {
        subject: "upkeep",
        title,
        reason: "Once a month, about what your teams own",
        href: "/catalog/upkeep",
        at: ctx.now(),
      },
    );
  return rows.length;
}

function titleOf({ questions, stale }: Row): string {
  const asked = questions === 1 ? "1 question" : `${questions} questions`;
  const old = stale === 1 ? "1 entry" : `${stale} entries`;
  if (stale === 0) return `${asked} about the catalog`;
  if (questions === 0) return `${old} of your teams to look at`;
  return `${asked} about the catalog, and ${old} of your teams to look at`;
}
