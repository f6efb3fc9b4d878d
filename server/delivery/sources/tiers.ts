import { sql } from "drizzle-orm";
import { environmentTierRules } from "#db/schema/delivery-sources.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { Tier } from "#server/delivery/model.ts";
import { projectServicesJob } from "#server/delivery/projection/mark-services-due.ts";
import type { SaveTiers, TryTiers } from "./inputs.ts";
import { organisationRefusal } from "./policy.ts";
import "./events.ts";

export type TierRule = { pattern: string; tier: Tier };
export type EnvironmentTier = {
  environment: string;
  deployments: number;
  services: number;
  /** What deployments say of it themselves, and by the standing and the tried rules. */
  told: Tier;
  now: Tier;
  tried: Tier;
};

export async function readTiers(ctx: Ctx): Promise<{ rules: TierRule[]; environments: EnvironmentTier[] }> {
  ensure(organisationRefusal(ctx.actor));
  const rules = await readRules(ctx);
  return { rules, environments: await readEnvironments(ctx, rules) };
}

/** Which environments would change their tier by other rules, with how many deployments and services that touches. */
export async function tryTiers(ctx: Ctx, { rules }: TryTiers): Promise<EnvironmentTier[]> {
  ensure(organisationRefusal(ctx.actor));
  refuseTwice(rules);
  return readEnvironments(ctx, rules);
}

/** Puts other rules in the place of all. Services with deployments in environments that they change are worked out anew. */
export async function saveTiers(ctx: Ctx, { rules, reason }: SaveTiers): Promise<{ services: number }> {
  ensure(organisationRefusal(ctx.actor));
  refuseTwice(rules);
  return inTransaction(ctx, async (tx) => {
    await tx.db.execute(sql`lock table environment_tier_rules in share row exclusive mode`);
    const changed = (await readEnvironments(tx, rules)).filter(({ now, tried }) => now !== tried);
    await tx.db.delete(environmentTierRules);
    if (rules.length > 0)
      await tx.db.insert(environmentTierRules).values(rules.map((rule, position) => ({ ...rule, position })));
    const services = await markServices(
      tx,
      changed.map(({ environment }) => environment),
    );
    await record(tx, {
      type: "environment-tiers.changed",
      subjectId: "environments",
      payload: { rules, services, reason },
    });
    return { services };
  });
}

async function readRules(ctx: Ctx): Promise<TierRule[]> {
  const { pattern, tier, position } = environmentTierRules;
  return ctx.db.select({ pattern, tier }).from(environmentTierRules).orderBy(position);
}

const mostShown = 200;

async function readEnvironments(ctx: Ctx, rules: readonly TierRule[]): Promise<EnvironmentTier[]> {
  const standing = await readRules(ctx);
  const rows = await ctx.db.execute<{
    environment: string;
    deployments: number;
    services: number;
    told: Tier;
  }>(sql`
    select environment, sum(n)::int as deployments, sum(of)::int as services,
      (array_agg(tier order by n desc))[1] as told
    from (
      select environment, tier, count(*) as n, count(distinct repository_id) as of from deployments group by 1, 2
      union all
      select environment, tier, count(*), count(distinct entity_ref) from reported_deployments group by 1, 2
    ) e
    group by 1 order by deployments desc, environment limit ${mostShown}`);
  return rows.map((row) => ({ ...row, now: tierBy(standing, row), tried: tierBy(rules, row) }));
}

function tierBy(
  rules: readonly TierRule[],
  { environment, told }: { environment: string; told: Tier },
): Tier {
  return rules.find(({ pattern }) => fits(pattern, environment))?.tier ?? told;
}

/** As SQL's LIKE takes it: `*` stands for any text, case does not matter. */
export function fits(pattern: string, name: string): boolean {
  const source = pattern
    .toLowerCase()
    .split("*")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*?");
  return new RegExp(`^${source}$`, "s").test(name.toLowerCase());
}

async function markServices(tx: Ctx, environments: readonly string[]): Promise<number> {
  if (environments.length === 0) return 0;
  const named = sql`any(${sql.param([...environments])}::text[])`;
  const rows = await tx.db.execute(sql`
    update delivery_services s
    set due_from = 'epoch', due_count = s.due_count + 1, rules_version = s.rules_version + 1
    where coalesce(s.source, 'deployment') in ('deployment', 'reported') and (
      exists (select from service_deployments d where d.service_id = s.id and (d.environment = ${named}
        or exists (select from jsonb_array_elements(d.parts) p where p ->> 'environment' = ${named})))
      or exists (select from reported_deployments r where r.entity_ref = s.entity_ref and r.environment = ${named}))
    returning s.id`);
  if (rows.length > 0) await enqueue(tx, projectServicesJob, {});
  return rows.length;
}

function refuseTwice(rules: readonly TierRule[]): void {
  const seen = new Set<string>();
  for (const [index, { pattern }] of rules.entries()) {
    if (seen.has(pattern))
      throw invalid(`"${pattern}" stands in the list twice: remove one`, `rules.${index}.pattern`);
    seen.add(pattern);
  }
}
