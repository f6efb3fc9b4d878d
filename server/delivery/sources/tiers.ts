import { type SQL, sql } from "drizzle-orm";
import { environmentTierRules } from "#db/schema/delivery-sources.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { Tier } from "#server/delivery/model.ts";
import { projectServicesJob } from "#server/delivery/projection/mark-services-due.ts";
import { chosenSource } from "#server/delivery/projection/read-default-source.ts";
import type { SaveTiers, TryTiers } from "./inputs.ts";
import { organisationRefusal } from "./policy.ts";
import "./events.ts";

export type TierRule = { pattern: string; tier: Tier };
export type EnvironmentTier = {
  environment: string;
  deployments: number;
  /** Repositories and services that deploy to it: how many, and the three that do so most. */
  places: number;
  names: string[];
  /** By the standing and by the tried rules, where no rule fits as deployments say it themselves. */
  now: Tier;
  tried: Tier;
};
/** Those that change first, then those with the most deployments; `changed` counts all, listed or not. */
export type TriedTiers = {
  environments: EnvironmentTier[];
  total: number;
  changed: { environments: number; deployments: number };
};

export async function readTiers(ctx: Ctx): Promise<{ rules: TierRule[] } & TriedTiers> {
  ensure(organisationRefusal(ctx.actor));
  const rules = await readTierRules(ctx);
  return { rules, ...(await tryRules(ctx, rules)) };
}

/** Which environments would change their tier by other rules, of which repositories, with how many deployments. */
export async function tryTiers(ctx: Ctx, { rules }: TryTiers): Promise<TriedTiers> {
  ensure(organisationRefusal(ctx.actor));
  refuseTwice(rules);
  return tryRules(ctx, rules);
}

/** Puts other rules in the place of all, where no known environment changes by them: others are simulated before. */
export async function saveTiers(ctx: Ctx, { rules, reason }: SaveTiers): Promise<void> {
  ensure(organisationRefusal(ctx.actor));
  refuseTwice(rules);
  await inTransaction(ctx, async (tx) => {
    const changed = await changedEnvironments(tx, rules);
    if (changed.length > 0)
      throw conflict(
        `${changed.length === 1 ? "An environment" : `${changed.length} environments`} would change: try the rules on every service first, and save them there`,
      );
    await applyTiers(tx, rules, reason);
  });
}

/** Writes the rules. Services with deployments in environments that they change are worked out anew. */
export async function applyTiers(
  tx: Ctx,
  rules: readonly TierRule[],
  reason: string,
): Promise<{ services: number }> {
  await tx.db.execute(sql`lock table environment_tier_rules in share row exclusive mode`);
  const changed = await changedEnvironments(tx, rules);
  await tx.db.delete(environmentTierRules);
  if (rules.length > 0)
    await tx.db.insert(environmentTierRules).values(rules.map((rule, position) => ({ ...rule, position })));
  const services = await markServices(tx, changed);
  await record(tx, {
    type: "environment-tiers.changed",
    subjectId: "environments",
    payload: { rules, services, reason },
  });
  return { services };
}

export async function readTierRules(ctx: Ctx): Promise<TierRule[]> {
  const { pattern, tier, position } = environmentTierRules;
  return ctx.db.select({ pattern, tier }).from(environmentTierRules).orderBy(position);
}

/** Names of the known environments that other rules give another tier than those that stand. */
export async function changedEnvironments(ctx: Ctx, rules: readonly TierRule[]): Promise<string[]> {
  const standing = await readTierRules(ctx);
  const known = await readEnvironments(ctx);
  return known
    .filter((one) => one.told.some((told) => isChanged(standing, rules, one.environment, told)))
    .map(({ environment }) => environment)
    .sort();
}

/** A condition on `delivery_services s`: its deployments, as far as they are known, were to one of these environments. */
export function usesEnvironments(environments: readonly string[]): SQL {
  const named = sql`any(${sql.param([...environments])}::text[])`;
  return sql`(${chosenSource} in ('deployment', 'reported') and (
    exists (select from service_deployments d where d.service_id = s.id and (d.environment = ${named}
      or exists (select from jsonb_array_elements(d.parts) p where p ->> 'environment' = ${named})))
    or exists (select from reported_deployments r where r.entity_ref = s.entity_ref and r.environment = ${named})))`;
}

type Known = { environment: string; deployments: number; places: number; names: string[]; told: Tier[] };

/** All environments that deployments name; `told` is what those say of it themselves, the most frequent first. */
async function readEnvironments(ctx: Ctx): Promise<Known[]> {
  const rows = await ctx.db.execute<Known>(sql`
    select environment, sum(n)::int as deployments, count(distinct place)::int as places,
      array_agg(place order by n desc, place) as names, array_agg(tier order by n desc, tier) as told
    from (
      select d.environment, d.tier, r.full_name as place, count(*) as n
      from deployments d join repositories r on r.id = d.repository_id group by 1, 2, 3
      union all
      select environment, tier, entity_ref, count(*) from reported_deployments group by 1, 2, 3
    ) e
    group by 1 order by deployments desc, environment`);
  return rows.map((row) => ({
    ...row,
    names: [...new Set(row.names)].slice(0, 3),
    told: [...new Set(row.told)],
  }));
}

const mostShown = 200;

async function tryRules(ctx: Ctx, rules: readonly TierRule[]): Promise<TriedTiers> {
  const standing = await readTierRules(ctx);
  const all = (await readEnvironments(ctx)).map(({ told, ...one }): EnvironmentTier => {
    const shown =
      told.find((tier) => isChanged(standing, rules, one.environment, tier)) ?? told[0] ?? "other";
    return {
      ...one,
      now: tierBy(standing, one.environment, shown),
      tried: tierBy(rules, one.environment, shown),
    };
  });
  const changed = all.filter(({ now, tried }) => now !== tried);
  const same = all.filter(({ now, tried }) => now === tried);
  return {
    environments: [...changed, ...same].slice(0, mostShown),
    total: all.length,
    changed: {
      environments: changed.length,
      deployments: changed.reduce((sum, one) => sum + one.deployments, 0),
    },
  };
}

/** The rule that says what an environment is for; without one it is what its deployments say of themselves. */
export const ruleFor = (rules: readonly TierRule[], environment: string): TierRule | null =>
  rules.find((rule) => readerOf(rule).test(environment.toLowerCase())) ?? null;

const tierBy = (rules: readonly TierRule[], environment: string, told: Tier): Tier =>
  ruleFor(rules, environment)?.tier ?? told;

const isChanged = (
  standing: readonly TierRule[],
  rules: readonly TierRule[],
  environment: string,
  told: Tier,
): boolean => tierBy(standing, environment, told) !== tierBy(rules, environment, told);

/** As SQL's LIKE takes it: `*` stands for any text, case does not matter. */
export const fits = (pattern: string, name: string): boolean => toRegExp(pattern).test(name.toLowerCase());

function toRegExp(pattern: string): RegExp {
  const source = pattern
    .toLowerCase()
    .split("*")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*?");
  return new RegExp(`^${source}$`, "s");
}

/** Each rule is tried on each environment there is. */
const readers = new WeakMap<TierRule, RegExp>();
function readerOf(rule: TierRule): RegExp {
  const reader = readers.get(rule) ?? toRegExp(rule.pattern);
  readers.set(rule, reader);
  return reader;
}

async function markServices(tx: Ctx, environments: readonly string[]): Promise<number> {
  if (environments.length === 0) return 0;
  const rows = await tx.db.execute(sql`
    update delivery_services s
    set due_from = 'epoch', due_count = s.due_count + 1, rules_version = s.rules_version + 1
    where ${usesEnvironments(environments)} returning s.id`);
  if (rows.length > 0) await enqueue(tx, projectServicesJob, {});
  return rows.length;
}

export function refuseTwice(rules: readonly TierRule[]): void {
  const seen = new Set<string>();
  for (const [index, { pattern }] of rules.entries()) {
    if (seen.has(pattern))
      throw invalid(`"${pattern}" stands in the list twice: remove one`, `rules.${index}.pattern`);
    seen.add(pattern);
  }
}
