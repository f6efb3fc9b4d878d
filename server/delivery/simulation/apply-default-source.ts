import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { projectServicesJob } from "#server/delivery/projection/mark-services-due.ts";
import { readDefaultSource } from "#server/delivery/projection/read-default-source.ts";
import type { DefaultSource } from "./model.ts";
import { subjectServices } from "./subject-services.ts";
import "./events.ts";

/**
 * Says what counts as a deployment of services that have chosen nothing, and has them worked out anew; those of which
 * nothing counted so far become known.
 */
export async function applyDefaultSource(
  tx: Ctx,
  source: DefaultSource,
  reason: string,
): Promise<{ services: number }> {
  const from = await readDefaultSource(tx);
  await tx.db.execute(sql`
    insert into delivery_defaults (source) values (${source}) on conflict (id) do update set source = excluded.source`);
  const rows = await tx.db.execute(sql`
    insert into delivery_services as v (entity_ref, due_from, due_count)
    select e.ref, 'epoch', 1 from ${subjectServices({ defaultSource: source })} and s.source is null order by e.ref
    on conflict (entity_ref) do update
      set due_from = 'epoch', due_count = v.due_count + 1, rules_version = v.rules_version + 1
    returning 1`);
  const services = rows.length;
  if (services > 0) await enqueue(tx, projectServicesJob, {});
  const payload = { from, to: source, services, reason };
  await record(tx, { type: "delivery-default-source.changed", subjectId: "only", payload });
  return { services };
}
