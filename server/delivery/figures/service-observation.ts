import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { seesIncidents } from "./incident-sources.ts";
import { begun, gaps, subjects } from "./observation.ts";
import type { ScopeService } from "./scope.ts";
import type { Span } from "./window.ts";

/** What of a single service could have been seen. */
export type ServiceObservation = {
  since: Date | null;
  /** Whether incidents of it could have been seen. */
  seesIncidents: boolean;
  /** Times in which its deployments could not be seen, in their order; one without an end goes on. */
  gaps: readonly { from: Date; to: Date | null }[];
};

const nothing: ServiceObservation = { since: null, seesIncidents: false, gaps: [] };

/**
 * Each of these services by its id, as `readObservation` has them together: incidents in the span `now`, gaps in the time from
 * `from` to `to`.
 */
export async function readServiceObservations(
  ctx: Ctx,
  services: readonly ScopeService[],
  { now, ...span }: { now: Pick<Span, "from" | "to">; from: Date; to: Date },
): Promise<(id: string) => ServiceObservation> {
  if (services.length === 0) return () => nothing;
  const [told, times] = await Promise.all([
    ctx.db.execute<{ id: string; since: string | null; incidents: boolean }>(sql`
      with ${subjects(services)}, ${begun}
      select v.id, b.at as since, ${seesIncidents(now)} as incidents
      from delivery_services v left join entities e on e.ref = v.entity_ref left join begun b on b.id = v.id
      where v.id in (select id from subjects)`),
    ctx.db.execute<{ id: string; from: string; to: string | null }>(sql`
      with ${subjects(services)}, ${gaps(span)}
      select distinct id, from_at as from, nullif(to_at, 'infinity') as to from gaps order by 1, 2, 3`),
  ]);
  const gapsById = Map.groupBy(times, ({ id }) => id);
  const all = new Map(
    told.map(({ id, since, incidents }) => [
      id,
      {
        since: since ? new Date(since) : null,
        seesIncidents: incidents,
        gaps: (gapsById.get(id) ?? []).map(({ from, to }) => ({
          from: new Date(from),
          to: to ? new Date(to) : null,
        })),
      },
    ]),
  );
  return (id) => all.get(id) ?? nothing;
}
