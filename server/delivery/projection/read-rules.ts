import { normaliseRef } from "#server/catalog/entity-ref.ts";
import type { Ctx } from "#server/core/context.ts";
import { readServices } from "#server/delivery/reads/service-scopes.ts";
import { readDefaultSource } from "./read-default-source.ts";
import type { Source, SourceRule } from "./recognise.ts";

type Chosen = { entityRef: string; source: Source | null; settings: Record<string, string> };

/** How the deployments of each of these services are found, in their order. */
export async function readRules(ctx: Ctx, services: readonly Chosen[]): Promise<SourceRule[]> {
  const found = await readServices(
    ctx,
    services.map(({ entityRef }) => entityRef),
  );
  const byRef = new Map(found.map((service) => [service.ref, service]));
  const usual = services.some(({ source }) => source === null) ? await readDefaultSource(ctx) : "deployment";
  return services.map(({ entityRef, source, settings }) => {
    const own = byRef.get(normaliseRef(entityRef) ?? entityRef.toLowerCase());
    const named = settings.repositoryId;
    const repositoryIds = named ? [named] : (own?.repositories ?? []).map(({ id }) => id);
    return {
      entityRef,
      source: source ?? usual,
      settings,
      scopes: own?.scopes ?? [],
      repositoryIds: repositoryIds.sort(),
      // Absent as a rule, so that services were worked out under what they were.
      ...(own && own.held.length > 0 && !named ? { held: own.held } : {}),
    };
  });
}

/** How a service's deployments are found, by its own choice or one that is being tried. */
export async function readRule(ctx: Ctx, service: Chosen): Promise<SourceRule> {
  const [rule] = await readRules(ctx, [service]);
  if (!rule) throw new Error(`There is no rule for ${service.entityRef}`);
  return rule;
}
