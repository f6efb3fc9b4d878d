import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { keyOfListed, namesOfListed } from "#server/github/names-of-listed.ts";
import { keyOf } from "./host-facts.ts";
import { holdRun, type ImportRun } from "./import-run.ts";
import { type Rank, turnOf } from "./turns.ts";

const day = 86_400_000;

type New = { id: string; externalId: string; fullName: string; url: string; rank: Rank };

/**
 * Makes the plan of a connection's import, or brings it up to date: repositories that were found since, those that became
 * a service, that are gone or back again, and a reach that was changed. Services in production are those of the catalogue
 * with that lifecycle, or with a production environment that is known. Without a Component only those that the discovery
 * looks at. What has failed for a day is tried again.
 */
export async function planImport(ctx: Ctx, run: ImportRun): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await holdRun(tx, run);
    await settleGone(tx, run);
    await applyReach(tx, run);
    await rankAnew(tx, run);
    await addNew(tx, run);
  });
}

/** Of a repository `r`, by its services; null where it is none and the discovery leaves it out. */
const rankOf = sql`
  case when exists (
      select from ${namesOfListed} join entities e on e.project_slug = own.slug where e.kind_key = 'component' and (
        e.lifecycle_key = 'production'
        or exists (select from repositories k join deployments d on d.repository_id = k.id
          where k.id = ${keyOfListed} and d.tier = 'production')))
    then 0
    when exists (select from ${namesOfListed} join entities e on e.project_slug = own.slug where e.kind_key = 'component') then 1
    when exists (select from discovered_repositories f where f.repository_id = r.id and f.commit is not null) then 2
  end`;

async function settleGone(tx: Ctx, { connectionId }: ImportRun): Promise<void> {
  const at = tx.now().toISOString();
  await tx.db.execute(sql`
    update history_repositories h set state = 'gone', failed_at = ${at}::timestamptz, next_try_at = null,
      failure = 'The host does not list it any more'
    from source_repositories r
    where r.id = h.repository_id and h.connection_id = ${connectionId} and r.gone_at is not null
      and h.state in ('waiting', 'running', 'failed')`);
  await tx.db.execute(sql`
    update history_repositories h set state = 'waiting', attempts = 0, next_try_at = null, failure = null
    from source_repositories r
    where r.id = h.repository_id and h.connection_id = ${connectionId} and (
      h.state = 'gone' and r.gone_at is null and r.listed_at > h.failed_at
      or h.state = 'failed' and h.failed_at < ${new Date(tx.now().getTime() - 0.8 * day).toISOString()}::timestamptz)`);
}

async function applyReach(tx: Ctx, { connectionId, reachDays }: ImportRun): Promise<void> {
  const reach = sql`h.until_at - make_interval(days => ${reachDays})`;
  await tx.db.execute(sql`
    update history_repositories h set reach_at = ${reach},
      state = case when h.state = 'done' and coalesce(h.complete_from > ${reach}, true) then 'waiting'
        when h.state in ('waiting', 'running') and h.complete_from <= ${reach} then 'done' else h.state end
    where h.connection_id = ${connectionId} and h.reach_at is distinct from ${reach}`);
}

/** A repository that became a service comes before those that are none. */
async function rankAnew(tx: Ctx, { connectionId }: ImportRun): Promise<void> {
  const rows = await tx.db.execute<{ id: string; rank: Rank; slices: number; hasNewest: boolean }>(sql`
    select h.repository_id as id, n.rank, h.slices, h.has_newest as "hasNewest" from history_repositories h
    join source_repositories r on r.id = h.repository_id
    cross join lateral (select coalesce(${rankOf}, 2) as rank) n
    where h.connection_id = ${connectionId} and h.state in ('waiting', 'running') and n.rank <> h.rank`);
  if (rows.length === 0) return;
  const list = rows.map((row) => ({ id: row.id, rank: row.rank, turn: turnOf(row) }));
  await tx.db.execute(sql`
    update history_repositories h set rank = n.rank, turn = n.turn
    from jsonb_to_recordset(${JSON.stringify(list)}::jsonb) as n(id uuid, rank smallint, turn int)
    where h.repository_id = n.id`);
}

async function addNew(tx: Ctx, { connectionId, reachDays }: ImportRun): Promise<void> {
  const found = await tx.db.execute<New>(sql`
    select r.id, r.external_id as "externalId", r.full_name as "fullName", r.url, n.rank
    from source_repositories r cross join lateral (select ${rankOf} as rank) n
    where r.connection_id = ${connectionId} and r.gone_at is null and n.rank is not null
      and not exists (select from history_repositories h where h.repository_id = r.id)
    order by n.rank, r.is_archived, r.pushed_at desc nulls last, r.id`);
  if (found.length === 0) return;
  const [last] = await tx.db.execute<{ position: number }>(sql`
    select coalesce(max(position), 0)::int as position from history_repositories where connection_id = ${connectionId}`);
  const list = found.map((row, index) => ({
    id: row.id,
    subject: keyOf(row),
    rank: row.rank,
    position: (last?.position ?? 0) + index + 1,
    turn: turnOf({ rank: row.rank, slices: 0, hasNewest: false }),
  }));
  const until = tx.now().toISOString();
  await tx.db.execute(sql`
    insert into history_repositories
      (repository_id, connection_id, subject, rank, position, turn, until_at, reach_at)
    select n.id, ${connectionId}, n.subject, n.rank, n.position, n.turn, ${until}::timestamptz,
      ${until}::timestamptz - make_interval(days => ${reachDays})
    from jsonb_to_recordset(${JSON.stringify(list)}::jsonb)
      as n(id uuid, subject text, rank smallint, position int, turn int)
    on conflict (repository_id) do nothing`);
}
