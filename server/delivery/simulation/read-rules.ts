import type { Ctx } from "#server/core/context.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { readDefaultSource } from "#server/delivery/projection/read-default-source.ts";
import { readTierRules } from "#server/delivery/sources/tiers.ts";
import { defaultSources, type OrganisationRules, type RuleDraft } from "./model.ts";

/** The rules as they stand. */
export async function readRules(ctx: Ctx): Promise<OrganisationRules> {
  const source = await readDefaultSource(ctx);
  const { weekStartsOn, timeZone } = await readCalendarSettings(ctx);
  return {
    tiers: await readTierRules(ctx),
    defaultSource: defaultSources.find((one) => one === source) ?? "deployment",
    weekStartsOn,
    timeZone,
  };
}

/** The rules as they would stand. */
export function applyDraft(standing: OrganisationRules, draft: RuleDraft): OrganisationRules {
  return {
    tiers: draft.tiers ?? standing.tiers,
    defaultSource: draft.defaultSource ?? standing.defaultSource,
    weekStartsOn: draft.weekStartsOn ?? standing.weekStartsOn,
    timeZone: draft.timeZone ?? standing.timeZone,
  };
}

/** Of a draft what differs from the rules as they stand. */
export function onlyChanges(standing: OrganisationRules, draft: RuleDraft): RuleDraft {
  const { tiers, defaultSource, weekStartsOn, timeZone } = draft;
  return {
    ...(tiers && said(tiers) !== said(standing.tiers) ? { tiers } : {}),
    ...(defaultSource && defaultSource !== standing.defaultSource ? { defaultSource } : {}),
    ...(weekStartsOn && weekStartsOn !== standing.weekStartsOn ? { weekStartsOn } : {}),
    ...(timeZone && timeZone !== standing.timeZone ? { timeZone } : {}),
  };
}

export const isSame = (left: OrganisationRules, right: OrganisationRules): boolean =>
  Object.keys(onlyChanges(left, right)).length === 0;

/** As the database gives it back, names stand in another order. */
const said = (tiers: OrganisationRules["tiers"]) =>
  JSON.stringify(tiers.map(({ pattern, tier }) => [pattern, tier]));
