import { and, eq, sql } from "drizzle-orm";
import { reportedIncidents } from "#db/schema/delivery-reported.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { findServices } from "./find-services.ts";
import type { AssignIncident } from "./inputs.ts";
import { loadService } from "./load-service.ts";
import { incidentsChanged } from "./merge-reported.ts";
import { organisationRefusal } from "./policy.ts";
import "./events.ts";

/** Says whose an incident is that came without a service. The pager's next one of that name still needs an annotation. */
export async function assignIncident(ctx: Ctx, input: AssignIncident): Promise<void> {
  ensure(organisationRefusal(ctx.actor));
  const service = await loadService(ctx, input.entityRef);
  await inTransaction(ctx, async (tx) => {
    const { source, key, entityRefs, hints, title } = reportedIncidents;
    const [incident] = await tx.db
      .update(reportedIncidents)
      .set({
        entityRefs: sql`array(select distinct one from unnest(${entityRefs} || array[${service.ref}]::text[]) as one order by one)`,
        hints: sql`array(select distinct one from unnest(${hints} || array[${`ref:${service.ref}`}]::text[]) as one order by one)`,
      })
      .where(and(sql`${source} = ${input.source}`, eq(key, input.key)))
      .returning({ title });
    if (!incident) throw notFound("This incident is not known");
    await incidentsChanged(tx, [input]);
    await record(tx, {
      type: "incident.assigned",
      subjectId: `${input.source} ${input.key}`,
      payload: { entityRef: service.ref, title: incident.title },
    });
  });
}

const mostAtOnce = 2_000;

/** Looks again for the services of incidents that had none, after the catalogue changed. Answers how many found theirs. */
export async function matchIncidents(ctx: Ctx): Promise<number> {
  return inTransaction(ctx, async (tx) => {
    const waiting = await tx.db.execute<{ source: string; key: string; hints: string[] }>(sql`
      select source, key, hints from reported_incidents where entity_refs = '{}' and hints <> '{}'
      order by opened_at desc limit ${mostAtOnce} for update`);
    const services = await findServices(
      tx,
      waiting.flatMap(({ hints }) => hints),
    );
    const found = waiting.flatMap(({ source, key, hints }) => {
      const refs = [...new Set(hints.flatMap((hint) => services.get(hint) ?? []))].sort();
      return refs.length > 0 ? [{ source, key, refs }] : [];
    });
    if (found.length === 0) return 0;
    await tx.db.execute(sql`
      update reported_incidents i
      set entity_refs = array(select jsonb_array_elements_text(f.refs))
      from jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as f(source text, key text, refs jsonb)
      where i.source = f.source and i.key = f.key`);
    await incidentsChanged(tx, found);
    return found.length;
  });
}
