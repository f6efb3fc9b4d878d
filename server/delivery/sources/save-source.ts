import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { markRefsDue } from "#server/delivery/projection/mark-services-due.ts";
import type { SaveSource, SourceCandidate } from "./inputs.ts";
import { type LoadedService, loadService } from "./load-service.ts";
import { changeSourceRefusal, insiderRefusal } from "./policy.ts";
import { readStanding, type StandingSource, settingsOf } from "./source-rule.ts";
import "./events.ts";

/** Chooses what counts as a deployment of a service, with the reason. Everything is then worked out anew. */
export async function saveSource(ctx: Ctx, input: SaveSource): Promise<{ rulesVersion: number }> {
  ensure(insiderRefusal(ctx.actor));
  const service = await loadService(ctx, input.entityRef);
  ensure(changeSourceRefusal(ctx.actor, service));
  return inTransaction(ctx, async (tx) => {
    const before = await lockSource(tx, service);
    if (before.rulesVersion !== Math.max(input.rulesVersion, 1))
      throw conflict("Somebody changed the source meanwhile: load the page again and compare");
    const { rulesVersion, settings } = await writeSource(tx, service, before, input);
    await record(tx, {
      type: "delivery-source.changed",
      subjectId: service.ref,
      payload: {
        entityRef: service.ref,
        from: before.source,
        to: input.source,
        settings,
        pathGlobs: input.pathGlobs,
        rulesVersion,
        reason: input.reason,
      },
    });
    return { rulesVersion };
  });
}

/** The service's row, made where there is none yet, and held until the transaction ends. */
export async function lockSource(
  tx: Ctx,
  service: LoadedService,
): Promise<StandingSource & { serviceId: string }> {
  const [row] = await tx.db.execute<{ id: string }>(sql`
    insert into delivery_services as s (entity_ref) values (${service.ref})
    on conflict (entity_ref) do update set entity_ref = s.entity_ref returning id`);
  const standing = await readStanding(tx, service.ref);
  return { ...standing, serviceId: row?.id ?? standing.serviceId ?? "" };
}

/** Writes a candidate over what stands, raises the version, and marks the whole history as due. */
export async function writeSource(
  tx: Ctx,
  service: LoadedService,
  before: StandingSource,
  candidate: SourceCandidate,
): Promise<{ rulesVersion: number; settings: Record<string, string> }> {
  const settings = await settingsOf(tx, candidate, before.settings);
  const rulesVersion = before.rulesVersion + 1;
  await tx.db.execute(sql`
    update delivery_services set source = ${candidate.source}, settings = ${JSON.stringify(settings)}::jsonb,
      path_globs = ${sql.param([...candidate.pathGlobs])}::text[], rules_version = ${rulesVersion}
    where entity_ref = ${service.ref}`);
  await markRefsDue(tx, [service.ref], new Date(0));
  return { rulesVersion, settings };
}
