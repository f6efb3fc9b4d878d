import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { DeliveryFacts, NameFact } from "#server/delivery/facts.ts";
import { markKeptFiguresDue } from "#server/delivery/figures/mark-due.ts";
import { projectServicesJob } from "#server/delivery/projection/mark-services-due.ts";
import { namedRepositories } from "./named-repositories.ts";

/**
 * Writes down under which names repositories were seen, and when they ended or came back, after the repositories themselves.
 * Any order and any repetition gives the same rows. Services whose repositories are other ones by that become due.
 */
export async function keepNames(tx: Ctx, facts: readonly DeliveryFacts[]): Promise<void> {
  const names = foldNames(facts);
  if (names.length === 0) return;
  const told = await tx.db.execute<{ id: string }>(sql`
    insert into repository_names as n (repository_id, slug, first_at, last_at, is_former)
    select t.id, t.slug, t.first, t.last, t.slug <> r.slug
    from jsonb_to_recordset(${JSON.stringify(names)}::jsonb)
      as t(id text, slug text, first timestamptz, last timestamptz)
    join repositories r on r.id = t.id order by t.id, t.slug
    on conflict (repository_id, slug) do update set first_at = least(n.first_at, excluded.first_at),
      last_at = greatest(n.last_at, excluded.last_at)
      where n.first_at > excluded.first_at or n.last_at < excluded.last_at
    -- A name that is new, or that others had as well.
    returning case when n.xmax = 0 or exists (
      select from repository_names o where o.slug = n.slug and o.repository_id <> n.repository_id) then n.repository_id end as id`);
  const turned = await tx.db.execute<{ id: string }>(sql`
    update repository_names n set is_former = not n.is_former from repositories r
    where n.repository_id = any(${sql.param([...new Set(names.map(({ id }) => id))])}::text[]) and r.id = n.repository_id
      and n.is_former <> (n.slug <> r.slug)
    returning n.repository_id as id`);
  const changed = new Set([...told, ...turned].flatMap(({ id }) => id ?? []));
  if (changed.size > 0) await markNamesDue(tx, [...changed]);
  await keepTurns(tx, facts);
}

type Name = { id: string; slug: string; first: Date; last: Date };

/** One row for each name of each repository: of a batch that is enough. */
function foldNames(facts: readonly DeliveryFacts[]): Name[] {
  const told = Map.groupBy(facts.flatMap(namesOf), ({ repositoryId, fullName }) =>
    JSON.stringify([repositoryId, fullName.toLowerCase()]),
  );
  return [...told].map(([key, all]) => {
    const [id, slug] = JSON.parse(key) as [string, string];
    const moments = all.map(({ at }) => at.getTime());
    return { id, slug, first: new Date(Math.min(...moments)), last: new Date(Math.max(...moments)) };
  });
}

const namesOf = ({ repository: { id, fullName, asOf }, names = [] }: DeliveryFacts): NameFact[] => [
  { repositoryId: id, fullName, at: asOf },
  ...names,
];

/** Those that name one of these repositories, or one that shares a name with it, by whatever name it ever had. */
async function markNamesDue(tx: Ctx, repositoryIds: readonly string[]): Promise<void> {
  const now = tx.now().toISOString();
  const rows = await tx.db.execute(sql`
    with held as materialized (
      select distinct m.repository_id as id from repository_names n join repository_names m on m.slug = n.slug
      where n.repository_id = any(${sql.param([...repositoryIds])}::text[])
    )
    insert into delivery_services as s (entity_ref, due_from, due_count, is_demo)
    select e.ref, ${now}::timestamptz, 1, bool_and(r.is_demo)
    from (select distinct n.slug from repository_names n where n.repository_id in (select id from held)) as n
    join entities e on e.project_slug = n.slug and e.kind_key = 'component' and e.file_gone_at is null
    join ${namedRepositories} r on r.named = e.project_slug
    left join delivery_services k on k.entity_ref = e.ref
    where k.id is not null or exists (select from deployments d where d.repository_id = r.id)
    group by e.ref order by e.ref
    on conflict (entity_ref) do update
      set due_from = least(coalesce(s.due_from, excluded.due_from), excluded.due_from), due_count = s.due_count + 1
    returning 1`);
  if (rows.length > 0) await enqueue(tx, projectServicesJob, {});
}

/** What could be seen is another from there on. */
async function keepTurns(tx: Ctx, facts: readonly DeliveryFacts[]): Promise<void> {
  const turns = facts.flatMap((fact) => fact.turns ?? []);
  if (turns.length === 0) return;
  const written = await tx.db.execute<{ id: string; at: string }>(sql`
    insert into repository_turns (repository_id, at, turn)
    select t."repositoryId", t.at, t.turn
    from jsonb_to_recordset(${JSON.stringify(turns)}::jsonb) as t("repositoryId" text, at timestamptz, turn text)
    order by 1, 2, 3 on conflict do nothing returning repository_id as id, at`);
  if (written.length === 0) return;
  const services = await tx.db.execute<{ id: string; since: string }>(sql`
    select v.id, min(t.at) as since
    from jsonb_to_recordset(${JSON.stringify(written)}::jsonb) as t(id text, at timestamptz)
    join ${namedRepositories} r on r.id = t.id join entities e on e.project_slug = r.named and e.kind_key = 'component'
    join delivery_services v on v.entity_ref = e.ref group by v.id order by v.id`);
  for (const { id, since } of services) await markKeptFiguresDue(tx, id, new Date(since));
}
