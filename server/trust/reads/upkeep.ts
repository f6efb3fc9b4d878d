import { type SQL, sql } from "drizzle-orm";
import { isVisible } from "#server/catalog/visible-entities.ts";
import { type Actor, isInsider } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { type TrustState, unjudgedKinds } from "../model.ts";
import type { FactSort } from "../truth/model.ts";

export type UpkeepEntry = {
  ref: string;
  kind: string;
  title: string;
  ownerRef: string;
  ownerTitle: string;
  state: TrustState;
  confirmedAt: Date | null;
  confirmedBy: string | null;
  changedAt: Date | null;
  appearedAt: Date;
};

export type UpkeepQuestion = {
  id: string;
  ref: string;
  title: string;
  sort: FactSort;
  value: string;
  valueTitle: string;
};
export type UpkeepItem = {
  id: string;
  ref: string;
  title: string;
  sort: string;
  value: string;
  note: string;
  openedAt: Date;
};

export type Upkeep = {
  /** What my teams own and nobody has looked at lately, the least sure first; at most 100 of `total`. */
  entries: UpkeepEntry[];
  total: number;
  /** Everything that my teams own, whatever its state. */
  owned: number;
  questions: UpkeepQuestion[];
  items: UpkeepItem[];
};

const mostEntries = 100;

/** Whom the actor answers for: their teams, those they maintain, and themselves. Guests answer for nothing. */
function ownersOf(actor: Actor): string[] {
  if (actor.kind !== "user" || !isInsider(actor)) return [];
  return [
    ...new Set([...actor.groupRefs, ...actor.maintains, ...(actor.personRef ? [actor.personRef] : [])]),
  ];
}

const isMine = (owners: readonly string[]): SQL => {
  const list = sql`any(${sql.param([...owners])}::text[])`;
  return sql`(e.owner_ref = ${list} or e.uid in (
    select p.entity_uid from owner_proposals p where p.owner_ref = ${list} and p.ended_at is null))`;
};

/** What there is to look after for whoever asks. */
export async function readUpkeep(ctx: Ctx): Promise<Upkeep> {
  const owners = ownersOf(ctx.actor);
  const questions = await readQuestions(ctx);
  if (owners.length === 0) return { entries: [], total: 0, owned: 0, questions, items: [] };
  const rows = await ctx.db.execute<UpkeepEntry & { total: number; owned: number }>(sql`
    with mine as materialized (
      select e.ref, e.kind, coalesce(e.title, e.name) as title, e.owner_ref, e.created_at,
        coalesce(t.state, 'fading') as state, coalesce(t.confidence, 0.5) as confidence, t.confirmed_at, t.confirmed_by, t.changed_at
      from entities e left join entity_trust t on t.ref = e.ref
      where ${isMine(owners)} and e.file_gone_at is null
        and e.kind_key <> all(${sql.param([...unjudgedKinds])}::text[])
    )
    select m.ref, m.kind, m.title, m.owner_ref as "ownerRef", coalesce(o.title, o.name, m.owner_ref) as "ownerTitle", m.state,
      m.confirmed_at as "confirmedAt", m.confirmed_by as "confirmedBy", m.changed_at as "changedAt",
      m.created_at as "appearedAt", (select count(*)::int from mine) as owned,
      (count(*) over ())::int as total
    from mine m left join entities o on o.ref = m.owner_ref
    where m.state <> 'fresh' order by m.confidence, m.ref limit ${mostEntries}`);
  const [all] = rows.length > 0 ? rows : await countOwned(ctx, owners);
  return {
    entries: rows.map(({ total: _t, owned: _o, ...row }) => ({
      ...row,
      confirmedAt: row.confirmedAt && new Date(row.confirmedAt),
      changedAt: row.changedAt && new Date(row.changedAt),
      appearedAt: new Date(row.appearedAt),
    })),
    total: rows[0]?.total ?? 0,
    owned: all?.owned ?? 0,
    questions,
    items: await readItems(ctx, owners),
  };
}

const countOwned = (ctx: Ctx, owners: readonly string[]) =>
  ctx.db.execute<{ owned: number }>(sql`
    select count(*)::int as owned from entities e where ${isMine(owners)} and e.file_gone_at is null
      and e.kind_key <> all(${sql.param([...unjudgedKinds])}::text[])`);

/** The questions that the actor was asked and has not answered; those of the month before still count. */
async function readQuestions(ctx: Ctx): Promise<UpkeepQuestion[]> {
  const { actor } = ctx;
  if (actor.kind !== "user") return [];
  const rows = await ctx.db.execute<UpkeepQuestion>(sql`
    select q.id, e.ref, coalesce(e.title, e.name) as title, q.sort, q.value, coalesce(o.title, o.name, q.value) as "valueTitle"
    from truth_questions q join entities e on e.uid = q.entity_uid
    left join entities o on q.sort in ('owner', 'dependency') and o.ref = q.value
    where q.asked_user = ${actor.id} and q.answer is null and ${isVisible(actor)} order by q.month, e.ref, q.id`);
  return [...rows];
}

async function readItems(ctx: Ctx, owners: readonly string[]): Promise<UpkeepItem[]> {
  const rows = await ctx.db.execute<UpkeepItem>(sql`
    select u.id, e.ref, coalesce(e.title, e.name) as title, u.sort, u.value, u.note, u.opened_at as "openedAt"
    from upkeep_items u join entities e on e.uid = u.entity_uid
    where u.closed_at is null and ${isMine(owners)} order by u.opened_at, u.id limit 100`);
  return rows.map((row) => ({ ...row, openedAt: new Date(row.openedAt) }));
}
