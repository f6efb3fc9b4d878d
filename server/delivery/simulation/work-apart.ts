import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { judgeDeployments } from "#server/delivery/figures/judge-deployments.ts";
import { workOut } from "#server/delivery/projection/project-service.ts";
import { readRule } from "#server/delivery/projection/read-rules.ts";
import type { Source } from "#server/delivery/projection/recognise.ts";
import type { TierRule } from "./model.ts";

export type ApartService = {
  id: string;
  entityRef: string;
  source: Source | null;
  settings: Record<string, string>;
  pathGlobs: string[];
};

/** Carries the answer out of the transaction that it undoes. */
class Undone extends Error {
  readonly answer: unknown;
  constructor(answer: unknown) {
    super("Undone");
    this.answer = answer;
  }
}

/** Does something in a transaction that sees one moment only, answers what came of it, and undoes it. */
export async function undo<Answer>(ctx: Ctx, work: (tx: Ctx) => Promise<Answer>): Promise<Answer> {
  const attempt = ctx.db.transaction(
    async (db) => {
      throw new Undone(await work({ ...ctx, db }));
    },
    { isolationLevel: "repeatable read" },
  );
  return attempt.catch((error: unknown) => {
    if (error instanceof Undone) return error.answer as Answer;
    throw error;
  });
}

/** All that a projection reads or writes and that has to differ: rules, the service itself, and what is made of it. */
const own = [
  "environment_tier_rules",
  "delivery_defaults",
  "delivery_services",
  "service_deployments",
  "service_commits",
  "deployment_changes",
  "deployment_failures",
] as const;

/**
 * Puts empty tables before those of the same names, for this transaction alone: the very code that works services out
 * then reads and writes them, and no row, index or lock of the real ones is touched, so that nobody waits for an attempt.
 */
export async function setApart(tx: Ctx): Promise<void> {
  const [real] = await tx.db.execute<{ schema: string }>(sql`select current_schema() as schema`);
  const schema = sql.identifier(real?.schema ?? "public");
  // Said explicitly, so that a plan that was made for the real tables is not used for these.
  await tx.db.execute(
    sql`select set_config('search_path', 'pg_temp, ' || current_setting('search_path'), true)`,
  );
  for (const table of own) {
    const name = sql.identifier(table);
    await tx.db.execute(sql`
      create temporary table ${name} (like ${schema}.${name} including all) on commit drop`);
  }
}

/** What an attempt goes by instead of the organisation's rules. */
export type ApartRules = { tiers: readonly TierRule[]; defaultSource: string };

/** Works a service out from its beginning by these rules, in the tables that `setApart` made; may be called again. */
export async function workOutApart(tx: Ctx, service: ApartService, rules: ApartRules): Promise<void> {
  for (const table of own) await tx.db.execute(sql`delete from pg_temp.${sql.identifier(table)}`);
  const tiers = rules.tiers.map((rule, position) => ({ ...rule, position }));
  await tx.db.execute(sql`
    insert into pg_temp.environment_tier_rules (position, pattern, tier)
    select position, pattern, tier from jsonb_to_recordset(${JSON.stringify(tiers)}::jsonb)
      as r(position int, pattern text, tier text)`);
  await tx.db.execute(sql`insert into pg_temp.delivery_defaults (source) values (${rules.defaultSource})`);
  await tx.db.execute(sql`
    insert into pg_temp.delivery_services (id, entity_ref, source, settings, path_globs)
    values (${service.id}::uuid, ${service.entityRef}, ${service.source}, ${JSON.stringify(service.settings)}::jsonb,
      ${sql.param(service.pathGlobs)}::text[])`);
  const beginning = new Date(0);
  await workOut(tx, service, await readRule(tx, service), beginning);
  await judgeDeployments(tx, service.id, beginning);
}
