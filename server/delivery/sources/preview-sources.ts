import type { Ctx } from "#server/core/context.ts";
import { type Candidate, groupRegions } from "#server/delivery/projection/group-regions.ts";
import { recognise, type Source, sources } from "#server/delivery/projection/recognise.ts";
import type { SourceCandidate } from "./inputs.ts";
import { loadService } from "./load-service.ts";
import { previewDays } from "./model.ts";
import { readStanding, ruleOf, settingsOf } from "./source-rule.ts";

export type SourcePreview = {
  source: Source;
  /** Successful deployments to production of the last 90 days, regions grouped; and to whatever else. */
  production: number;
  elsewhere: number;
  failed: number;
  newest: { at: Date; environment: string; sha: string | null; ref: string | null }[];
  /** Why it would count none; null when it counts some. */
  whyNone: string | null;
};

/**
 * What each source would count of a service, by the very code that recognises deployments. The chosen one is tried with
 * the settings of the form, the others with what they come with.
 */
export async function previewSources(ctx: Ctx, input: SourceCandidate): Promise<SourcePreview[]> {
  const service = await loadService(ctx, input.entityRef);
  const standing = await readStanding(ctx, service.ref);
  const from = new Date(ctx.now().getTime() - previewDays * 86_400_000);
  const previews: SourcePreview[] = [];
  for (const source of sources) {
    const told =
      source === input.source ? input.settings : source === standing.source ? standing.settings : {};
    if (source === "workflow" && !told.workflow) {
      previews.push(none(source, "No workflow is chosen: choose one under Settings to see what it counts"));
      continue;
    }
    const settings = await settingsOf(ctx, { source, settings: told }, standing.settings);
    const rule = await ruleOf(ctx, service.ref, source, settings);
    const isLost = rule.repositoryIds.length === 0 && source !== "reported";
    const found = isLost ? [] : groupRegions(await recognise(ctx, rule, from));
    previews.push(
      found.length > 0 ? count(source, found) : none(source, whyNone(source, service.slug, isLost)),
    );
  }
  return previews;
}

const none = (source: Source, why: string): SourcePreview => ({
  source,
  production: 0,
  elsewhere: 0,
  failed: 0,
  newest: [],
  whyNone: why,
});

function count(source: Source, found: readonly Candidate[]): SourcePreview {
  const done = found.flatMap((one) => (one.succeededAt ? [{ ...one, at: one.succeededAt }] : []));
  const newest = done
    .toSorted((left, right) => right.at.getTime() - left.at.getTime())
    .slice(0, 3)
    .map(({ at, environment, sha, ref }) => ({ at, environment, sha, ref }));
  const production = done.filter(({ tier }) => tier === "production").length;
  const why =
    done.length === 0
      ? "All of them failed or are under way"
      : "None of them went to production: give their environments a tier under Admin, Delivery";
  return {
    source,
    production,
    elsewhere: done.length - production,
    failed: found.length - done.length,
    newest,
    whyNone: production > 0 ? null : why,
  };
}

function whyNone(source: Source, slug: string | null, isLost: boolean): string {
  if (isLost && slug === null)
    return "The Component names no repository: annotate it with github.com/project-slug";
  if (isLost) return `Nothing has come from ${slug} yet: connect GitHub, or check the name`;
  const last = `in the last ${previewDays} days`;
  const words: Record<Source, string> = {
    deployment: `GitHub was told of no deployment ${last}, or several Components share the repository and none says which are its own`,
    workflow: `The workflow did not run on that branch ${last}`,
    release: `No release was published ${last}`,
    tag: `No tag that fits the pattern was made ${last}`,
    merge: `No pull request was merged into that branch ${last}`,
    reported: `No program reported a deployment ${last}: see how under docs/delivery-sources.md`,
  };
  return words[source];
}
