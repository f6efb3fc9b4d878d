import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { saveCalendar } from "#server/delivery/calendar/save-calendar.ts";
import { keepFiguresJob } from "#server/delivery/figures/figures-job-name.ts";
import { organisationRefusal, saveTimeZoneRefusal } from "#server/delivery/sources/policy.ts";
import { applyTiers, changedEnvironments } from "#server/delivery/sources/tiers.ts";
import { setTimeZone } from "#server/installation/set-time-zone.ts";
import { applyDefaultSource } from "./apply-default-source.ts";
import type { SaveSimulation } from "./inputs.ts";
import { loadSimulation, type StoredSimulation } from "./load-simulation.ts";
import { freshHours, isOpen } from "./model.ts";
import { isSame, readRules } from "./read-rules.ts";
import "./events.ts";

/**
 * Makes the rules of a simulation those of the organisation, and has the services that they touch worked out anew: their
 * figures are then those that it told, moved on by what has happened since. Throws `conflict` where it would be another
 * change than the one that was tried: see `whyNotSaved`.
 */
export async function saveSimulation(
  ctx: Ctx,
  { id, reason }: SaveSimulation,
): Promise<{ services: number }> {
  ensure(organisationRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    await tx.db.execute(
      sql`lock table environment_tier_rules, delivery_defaults in share row exclusive mode`,
    );
    const simulation = await loadSimulation(tx, id, true);
    if (simulation.draft.timeZone) ensure(saveTimeZoneRefusal(ctx.actor));
    const why = await whyNotSaved(tx, simulation);
    if (why) throw conflict(why);
    const { tiers, defaultSource, weekStartsOn, timeZone } = simulation.draft;
    let services = 0;
    if (tiers) services += (await applyTiers(tx, tiers, reason)).services;
    if (defaultSource) services += (await applyDefaultSource(tx, defaultSource, reason)).services;
    if (weekStartsOn) {
      const { fiscalYearStartsIn } = await readCalendarSettings(tx);
      await saveCalendar(tx, { weekStartsOn, fiscalYearStartsIn });
    }
    if (timeZone) {
      await setTimeZone(tx, { timeZone });
      await enqueue(tx, keepFiguresJob, {});
    }
    await tx.db.execute(sql`update delivery_simulations set state = 'saved' where id = ${id}::uuid`);
    await record(tx, { type: "delivery-simulation.saved", subjectId: id, payload: { reason, services } });
    return { services };
  });
}

/**
 * Why the rules cannot be saved as they were tried; null when they can. New deployments alone are no reason: by both rules
 * there would always be some. But other rules, or an environment that has come and would change too, are another change.
 */
export async function whyNotSaved(ctx: Ctx, simulation: StoredSimulation): Promise<string | null> {
  const { state, standing, draft, environments, createdAt } = simulation;
  if (state === "saved") return "These rules are saved already";
  if (state === "cancelled") return "It was cancelled before every service was worked out: try them again";
  if (isOpen(state)) return "It is still being worked out";
  if (ctx.now().getTime() - createdAt.getTime() > freshHours * 3_600_000)
    return `It is more than ${freshHours} hours old: try them again and compare`;
  if (!isSame(await readRules(ctx), standing))
    return "Somebody changed the organisation's rules since: try them again and compare";
  const refused = draft.timeZone ? saveTimeZoneRefusal(ctx.actor) : null;
  if (refused) return refused.sentence;
  const changed = draft.tiers ? await changedEnvironments(ctx, draft.tiers) : [];
  const known = new Set(environments);
  const [fresh] = changed.filter((name) => !known.has(name));
  return fresh === undefined
    ? null
    : `Since then something was deployed to "${fresh}", which these rules would change too: try them again`;
}
