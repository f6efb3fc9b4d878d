import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { invalid } from "#server/core/errors.ts";
import { tiers } from "#server/delivery/model.ts";
import { readDefaultSource } from "#server/delivery/projection/read-default-source.ts";
import { readRule } from "#server/delivery/projection/read-rules.ts";
import type { Source, SourceRule } from "#server/delivery/projection/recognise.ts";
import type { SourceCandidate } from "./inputs.ts";
import { settingNames } from "./model.ts";

/** A service's choice as it stands in the database; that of one that has none yet is version 0. */
export type StandingSource = {
  serviceId: string | null;
  source: Source;
  settings: Record<string, string>;
  pathGlobs: string[];
  rulesVersion: number;
};

export async function readStanding(ctx: Ctx, ref: string): Promise<StandingSource> {
  const [row] = await ctx.db.execute<{
    id: string;
    source: Source | null;
    settings: Record<string, string>;
    globs: string[];
    version: number;
  }>(sql`
    select id, source, settings, path_globs as globs, rules_version as version
    from delivery_services where entity_ref = ${ref}`);
  const chosen = row?.source ?? (await readDefaultSource(ctx));
  if (!row) return { serviceId: null, source: chosen, settings: {}, pathGlobs: [], rulesVersion: 0 };
  return {
    serviceId: row.id,
    source: chosen,
    settings: row.settings,
    pathGlobs: row.globs,
    rulesVersion: row.version,
  };
}

/**
 * The settings of a candidate as they are stored: those that its source knows and that say something. What another program
 * left there (`repositoryId`, of an imported history) stays. Throws for what cannot be used.
 */
export async function settingsOf(
  ctx: Ctx,
  candidate: Pick<SourceCandidate, "source" | "settings">,
  before: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const names: readonly string[] = settingNames[candidate.source];
  const told = Object.entries(candidate.settings).filter(([name, value]) => names.includes(name) && value);
  const settings: Record<string, string> = {
    ...(before.repositoryId ? { repositoryId: before.repositoryId } : {}),
    ...Object.fromEntries(told),
  };
  if (candidate.source === "workflow" && !settings.workflow)
    throw invalid("Name the workflow, by its path such as .github/workflows/deploy.yml", "settings.workflow");
  if (settings.tier && !tiers.some((tier) => tier === settings.tier))
    throw invalid(`The tier is one of ${tiers.join(", ")}`, "settings.tier");
  if (settings.tagPattern) await refuseBadPattern(ctx, settings.tagPattern);
  return settings;
}

/** What PostgreSQL cannot read as a regular expression would stop the service from being worked out. */
async function refuseBadPattern(ctx: Ctx, pattern: string): Promise<void> {
  await ctx.db
    .transaction((tx) => tx.execute(sql`select '' ~ ${pattern}`))
    .catch(() => {
      throw invalid("The pattern is no regular expression: write it as ^v[0-9.]+$", "settings.tagPattern");
    });
}

/** The rule by which a candidate's deployments are found. */
export const ruleOf = (
  ctx: Ctx,
  entityRef: string,
  source: Source,
  settings: Record<string, string>,
): Promise<SourceRule> => readRule(ctx, { entityRef, source, settings });
