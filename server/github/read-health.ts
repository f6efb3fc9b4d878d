import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readPayloadDays } from "./forget-payloads.ts";
import type { BudgetHealth, GapRow, InboxLag, SecretHealth, WebhookHealth } from "./health-model.ts";
import { keptDays } from "./model.ts";
import { compareNowRefusal, readDeliveriesRefusal, setPayloadDaysRefusal } from "./policy.ts";
import { readHookHealth } from "./read-hook-health.ts";

type Moment = string | Date | null;
const at = (value: Moment): Date | null => (value === null ? null : new Date(value));

/** Whether webhooks come in and through, what is missing, and what is left of the rate limits. */
export async function readWebhookHealth(ctx: Ctx): Promise<WebhookHealth> {
  ensure(readDeliveriesRefusal(ctx.actor));
  const [lag, hooks, comparison, gaps, budgets, secrets, retention] = await Promise.all([
    readLag(ctx),
    readHookHealth(ctx),
    readComparison(ctx),
    readGaps(ctx),
    readBudgets(ctx),
    readSecrets(ctx),
    readRetention(ctx),
  ]);
  const may = { compare: compareNowRefusal(ctx.actor), setPayloadDays: setPayloadDaysRefusal(ctx.actor) };
  return { lag, hooks, comparison, gaps, budgets, secrets, retention, may };
}

async function readLag(ctx: Ctx): Promise<InboxLag> {
  const now = ctx.now().toISOString();
  const [row] = await ctx.db.execute<{
    finished: number;
    p50: number | null;
    p99: number | null;
    pending: number;
    oldest: Moment;
  }>(sql`
    with latest as (
      select extract(epoch from finished_at - received_at)::float8 * 1000 as ms from webhook_deliveries
      where received_at > ${now}::timestamptz - interval '1 hour' and finished_at is not null and replay_id is null
        -- Those of the demo say that they came when they would have come.
        and not is_demo
      order by received_at desc limit 20000
    ), waiting as (
      select count(*)::int as pending, min(received_at) as oldest from webhook_deliveries where state = 'pending'
    )
    select count(*)::int as finished, percentile_cont(0.5) within group (order by ms) as p50,
      percentile_cont(0.99) within group (order by ms) as p99,
      (select pending from waiting) as pending, (select oldest from waiting) as oldest
    from latest`);
  return {
    finished: row?.finished ?? 0,
    p50Ms: row?.p50 ?? null,
    p99Ms: row?.p99 ?? null,
    pending: row?.pending ?? 0,
    oldestPendingAt: at(row?.oldest ?? null),
  };
}

async function readComparison(ctx: Ctx): Promise<WebhookHealth["comparison"]> {
  const [row] = await ctx.db.execute<{ repositories: number; last: Moment }>(sql`
    select count(*)::int as repositories, max(compared_at) as last from repository_comparisons
    where compared_at is not null`);
  const failures = await ctx.db.execute<{ repository: string; failure: string }>(sql`
    select r.full_name as repository, c.failure from repository_comparisons c
    join source_repositories r on r.id = c.repository_id
    where c.failure is not null and r.gone_at is null order by c.failed_at desc limit 20`);
  return { repositories: row?.repositories ?? 0, lastAt: at(row?.last ?? null), failures: [...failures] };
}

/** What is still to be read from the host, and times in which nothing could be seen. */
async function readGaps(ctx: Ctx): Promise<GapRow[]> {
  const rows = await ctx.db.execute<Omit<GapRow, "from" | "until"> & { from: Moment; until: Moment }>(sql`
    (select r.full_name as subject, 'webhooks' as what, c.missing_from as from, c.missing_until as until,
      'open' as state, c.failure as reason
    from repository_comparisons c join source_repositories r on r.id = c.repository_id
    where c.missing_from is not null order by c.missing_from desc limit 50)
    union all
    (select coalesce(r.full_name, o.subject), o.what, o.until_at, next.from_at, 'lost', next.reason
    from observed_periods o left join repositories r on r.id = o.subject
    left join lateral (select n.from_at, n.reason from observed_periods n
      where n.subject = o.subject and n.what = o.what and n.id <> o.id and n.from_at >= o.until_at
      order by n.from_at limit 1) next on true
    where o.until_at is not null order by o.until_at desc limit 50)`);
  return rows.flatMap((row) => {
    const from = at(row.from);
    return from ? [{ ...row, from, until: at(row.until) }] : [];
  });
}

async function readBudgets(ctx: Ctx): Promise<BudgetHealth[]> {
  const rows = await ctx.db.execute<
    Omit<BudgetHealth, "resetAt" | "pausedUntil" | "reserve"> & {
      percent: number;
      resetAt: Moment;
      pausedUntil: Moment;
    }
  >(sql`
    select c.id as "connectionId", c.name as "connectionName",
      case b.holder when 'token' then 'The token' when 'app' then 'The App' else coalesce(i.account, b.holder) end as holder,
      b."limit", b.remaining, coalesce((c.settings->>'reservePercent')::int, 0) as percent,
      b.reset_at as "resetAt", b.paused_until as "pausedUntil"
    from connection_budgets b join connections c on c.id = b.connection_id
    left join connection_installations i on i.connection_id = b.connection_id and i.external_id = b.holder
    where c.disabled_at is null order by c.name, holder limit 200`);
  return rows.map(({ percent, ...row }) => ({
    ...row,
    reserve: Math.floor(((row.limit ?? 0) * percent) / 100),
    resetAt: at(row.resetAt),
    pausedUntil: at(row.pausedUntil),
  }));
}

async function readSecrets(ctx: Ctx): Promise<SecretHealth[]> {
  const rows = await ctx.db.execute<Omit<SecretHealth, "newestAt"> & { newestAt: string | Date }>(sql`
    select c.name as "connectionName", count(*)::int as active, max(s.created_at) as "newestAt",
      c.disabled_at is not null as "isSwitchedOff"
    from connection_secrets s join connections c on c.id = s.connection_id
    where s.purpose = 'webhook' and s.retired_at is null and c.kind = 'github'
    group by c.id order by c.name`);
  return rows.map((row) => ({ ...row, newestAt: new Date(row.newestAt) }));
}

async function readRetention(ctx: Ctx): Promise<WebhookHealth["retention"]> {
  const [row] = await ctx.db.execute<{ oldest: Moment }>(sql`
    select received_at as oldest from webhook_deliveries
    where purged_at is null and state in ('done', 'ignored', 'unreadable', 'conflict')
    order by received_at, id limit 1`);
  return { payloadDays: await readPayloadDays(ctx), keptDays, oldestPayloadAt: at(row?.oldest ?? null) };
}
