import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { type ResolvedScope, scopeKey } from "./scope.ts";
import { servicesSpan } from "./standing.ts";

/** What a scope's kept figures are of. */
type State = { fingerprint: string; services: string[] };

const noDay = "1970-01-01";
const moment = (at: Date) => sql`${at.toISOString()}::timestamptz`;

const stateOf = ({ name, services, withoutDelivery }: ResolvedScope): State => ({
  fingerprint: createHash("sha256")
    .update(JSON.stringify([name, withoutDelivery]))
    .digest("hex")
    .slice(0, 32),
  services: services.map(({ id }) => id).sort(),
});

/** Begins to keep a scope, or begins anew where what is kept was made under another basis. Answers whether it did. */
export async function beginScope(tx: Ctx, scope: ResolvedScope, basis: string): Promise<boolean> {
  const key = scopeKey(scope);
  const [row] = await tx.db.execute(sql`
    select 1 from delivery_standing where scope = ${key} and span = ${servicesSpan} and basis = ${basis}`);
  if (row) return false;
  await tx.db.execute(sql`delete from delivery_days where scope = ${key}`);
  await tx.db.execute(sql`update delivery_standing set due_at = ${moment(tx.now())} where scope = ${key}`);
  await writeState(tx, scope, basis);
  return true;
}

async function writeState(tx: Ctx, scope: ResolvedScope, basis: string): Promise<void> {
  await tx.db.execute(sql`
    insert into delivery_standing (scope, span, day, basis, body, computed_at)
    values (${scopeKey(scope)}, ${servicesSpan}, ${noDay}::date, ${basis}, ${JSON.stringify(stateOf(scope))}::jsonb,
      ${moment(tx.now())})
    on conflict (scope, span, day) do update
      set basis = excluded.basis, body = excluded.body, computed_at = excluded.computed_at, touched_from = null`);
}

/**
 * Takes a scope for being made, until the transaction's end: from when on its days have changed, and whether its figures
 * have, as they do where services came or went. Whoever has something to say of it meanwhile waits.
 */
export async function takeScope(
  tx: Ctx,
  scope: ResolvedScope,
  basis: string,
): Promise<{ touched: Date | null; isOther: boolean }> {
  const [row] = await tx.db.execute<{ body: State; touched: string | null }>(sql`
    select body, touched_from as touched from delivery_standing
    where scope = ${scopeKey(scope)} and span = ${servicesSpan} and basis = ${basis} for update`);
  if (!row) throw new Error(`Nothing says what is kept of ${scopeKey(scope)}`);
  const [now, touched] = [stateOf(scope), row.touched ? new Date(row.touched) : null];
  const moved = differing(row.body.services, now.services);
  const isOther = moved.length > 0 || row.body.fingerprint !== now.fingerprint;
  if (isOther || touched) await writeState(tx, scope, basis);
  if (moved.length === 0) return { touched, isOther };
  const [first] = await tx.db.execute<{ at: string | null }>(sql`
    select min(first.at) as at from unnest(${sql.param(moved)}::text[]::uuid[]) as m(id) cross join lateral (
      select d.at from service_deployments d where d.service_id = m.id and d.tier = 'production' order by d.at limit 1
    ) first`);
  return { touched: earlier(touched, first?.at ? new Date(first.at) : null), isOther };
}

function differing(before: readonly string[], after: readonly string[]): string[] {
  const [old, fresh] = [new Set(before), new Set(after)];
  return [...before.filter((id) => !fresh.has(id)), ...after.filter((id) => !old.has(id))];
}

const earlier = (one: Date | null, other: Date | null) => (one && (!other || one < other) ? one : other);

/**
 * Hands what is marked on to the scopes whose figures it changes, in one transaction: nothing is lost between the two. Marks
 * that are still being written are left for the next time.
 */
export async function spreadMarks(tx: Ctx): Promise<void> {
  const marks = await tx.db.execute<{ ref: string; from: string }>(sql`
    delete from delivery_marks m using delivery_services v
    where v.id = m.service_id
      and m.service_id in (select service_id from delivery_marks for update skip locked)
    returning v.entity_ref as ref, m.from_at as "from"`);
  if (marks.length === 0) return;
  await tx.db.execute(sql`
    with recursive marked as materialized (
      select ref collate "C" as ref, "from" as from_at
      from jsonb_to_recordset(${JSON.stringify(marks)}::jsonb) as m(ref text, "from" timestamptz)
    ), owned as (
      select m.from_at, e.owner_ref, e.system_ref from marked m join entities e on e.ref = m.ref
    ), above(ref, from_at) as (
      select owner_ref collate "C", min(from_at) from owned where owner_ref is not null group by 1
      union
      select r.target_ref collate "C", above.from_at
      from above join entity_relations r on r.source_ref = above.ref and r.type = 'childOf'
    ), touched as (
      select 'organisation:' as scope, from_at from marked
      union all select 'service:' || ref, from_at from marked
      union all select 'team:' || ref, from_at from above
      union all select 'system:' || system_ref, from_at from owned where system_ref is not null
    )
    update delivery_standing s set touched_from = least(s.touched_from, t.from_at)
    from (select scope collate "C" as scope, min(from_at) as from_at from touched group by 1) t
    where s.scope = t.scope and s.span = ${servicesSpan}`);
}

/** Scopes that something has changed in since they were made. */
export async function touchedScopes(ctx: Ctx): Promise<Set<string>> {
  const rows = await ctx.db.execute<{ scope: string }>(sql`
    select scope from delivery_standing where span = ${servicesSpan} and touched_from is not null`);
  return new Set(rows.map(({ scope }) => scope));
}
