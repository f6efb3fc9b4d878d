import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import { confidenceOf, stateOf, trustRules, unjudgedKinds } from "./model.ts";

type Row = {
  ref: string;
  uid: string;
  confirmedAt: string | null;
  confirmedBy: string | null;
  changedAt: string | null;
  createdAt: string;
  isActive: boolean;
  isOwnerKnown: boolean;
  isFileGone: boolean;
  wrongFacts: number;
};

const batchSize = 5000;
const day = 86_400_000;

/**
 * Writes how sure entries are: all of them, those of a location, or some. In batches by reference, so that memory does
 * not grow with the catalogue; only rows that moved are written. Answers with how many were.
 */
export async function recomputeTrust(
  db: Db,
  at: Date,
  which: { locationId: string } | { uids: readonly string[] } | "all",
): Promise<number> {
  const among: SQL =
    which === "all"
      ? sql`true`
      : "uids" in which
        ? sql`e.uid = any(${sql.param([...which.uids])}::uuid[])`
        : sql`e.location_id = ${which.locationId}::uuid`;
  let written = 0;
  for (let after = ""; ; ) {
    const rows = await db.execute<Row>(signalsQuery(at, among, after));
    written += await writeRows(db, at, rows);
    const last = rows.at(-1);
    if (!last || rows.length < batchSize) break;
    after = last.ref;
  }
  if (which === "all")
    await db.execute(sql`
      delete from entity_trust t where not exists (
        select 1 from entities e where e.ref = t.ref and e.kind_key <> all(${sql.param([...unjudgedKinds])}::text[]))`);
  return written;
}

function signalsQuery(at: Date, among: SQL, after: string): SQL {
  const since = new Date(at.getTime() - trustRules.activityDays * day).toISOString();
  return sql`
    select e.ref, e.uid, c.at as "confirmedAt", c.by_name as "confirmedBy", v.at as "changedAt",
      e.created_at as "createdAt", e.file_gone_at is not null as "isFileGone",
      coalesce(o.file_gone_at is null and o.ref is not null, false) as "isOwnerKnown",
      (select count(*)::int from upkeep_items u where u.entity_uid = e.uid and u.closed_at is null) as "wrongFacts",
      exists (select 1 from repositories r join deployments d on d.repository_id = r.id and d.at > ${since}::timestamptz
        -- A former name leads to what was renamed, as at its host.
        where r.id in (select x.id from repositories x where x.slug = e.project_slug
          union all select n.repository_id from repository_names n where n.slug = e.project_slug and n.is_former)) as "isActive"
    from entities e
    left join entities o on o.ref = e.owner_ref
    left join lateral (
      select c.at, c.by_name from entity_confirmations c where c.entity_uid = e.uid and c.fact = ''
      order by c.id desc limit 1) c on true
    left join lateral (
      select v.at from entity_versions v where v.entity_uid = e.uid and v.change in ('changed', 'renamed', 'returned')
      order by v.id desc limit 1) v on true
    where ${among} and e.ref > ${after} and e.kind_key <> all(${sql.param([...unjudgedKinds])}::text[])
    order by e.ref limit ${batchSize}`;
}

async function writeRows(db: Db, at: Date, rows: readonly Row[]): Promise<number> {
  const daysSince = (text: string | null) => (text === null ? null : (at.getTime() - Date.parse(text)) / day);
  const computed = rows.map((row) => {
    const confidence = confidenceOf({
      confirmedDays: daysSince(row.confirmedAt),
      changedDays: daysSince(row.changedAt),
      appearedDays: daysSince(row.createdAt) ?? 0,
      isActive: row.isActive,
      isOwnerKnown: row.isOwnerKnown,
      isFileGone: row.isFileGone,
      wrongFacts: row.wrongFacts,
    });
    const { ref, uid, confirmedAt, confirmedBy, changedAt } = row;
    return { ref, uid, confidence, state: stateOf(confidence), confirmedAt, confirmedBy, changedAt };
  });
  if (computed.length === 0) return 0;
  const written = await db.execute(sql`
    insert into entity_trust (ref, entity_uid, confidence, state, confirmed_at, confirmed_by, changed_at, computed_at)
    select r.ref, r.uid, r.confidence, r.state, r."confirmedAt", r."confirmedBy", r."changedAt", ${at.toISOString()}::timestamptz
    from json_to_recordset(${JSON.stringify(computed)}::json) as r(ref text, uid uuid, confidence real, state text,
      "confirmedAt" timestamptz, "confirmedBy" text, "changedAt" timestamptz)
    on conflict (ref) do update set entity_uid = excluded.entity_uid, confidence = excluded.confidence,
      state = excluded.state, confirmed_at = excluded.confirmed_at, confirmed_by = excluded.confirmed_by,
      changed_at = excluded.changed_at, computed_at = excluded.computed_at
    where (entity_trust.entity_uid, entity_trust.confidence, entity_trust.state, entity_trust.confirmed_at,
        entity_trust.confirmed_by, entity_trust.changed_at)
      is distinct from (excluded.entity_uid, excluded.confidence, excluded.state, excluded.confirmed_at,
        excluded.confirmed_by, excluded.changed_at)
    returning 1`);
  return written.length;
}
