import { type SQL, sql } from "drizzle-orm";
import { fieldOf } from "#server/delivery/annotations.ts";
import { namedRepositories } from "#server/delivery/repositories/named-repositories.ts";
import { pagerDutyAnnotation } from "#server/delivery/sources/find-services.ts";
import type { Span } from "./window.ts";

/**
 * Whether incidents of the service `v`, whose Component is `e` (which may be gone), could have been seen in the span, also
 * where none came: something told of one before; its repository has had an issue with the label; PagerDuty is connected and the
 * Component names its service there; or a receiver that finds services by name (Opsgenie, Alertmanager) has been sending.
 */
export const seesIncidents = ({ from, to }: Pick<Span, "from" | "to">): SQL => {
  const [began, ended] = [sql`${from.toISOString()}::timestamptz`, sql`${to.toISOString()}::timestamptz`];
  const itsRepositories = sql`select r.id from ${namedRepositories} r where r.named = e.project_slug`;
  return sql`(
    exists (
      select 1 from observed_periods o where o.what = 'incidents'
        and o.subject in (select v.entity_ref union all ${itsRepositories})
        and o.from_at < ${ended} and (o.until_at is null or o.until_at > ${began}))
    or exists (
      select 1 from deployment_failures f where f.service_id = v.id and f.signal in ('incident', 'incident_nearby'))
    or exists (select 1 from incidents i where i.repository_id in (${itsRepositories}) and i.is_incident)
    or exists (
      select 1 from incident_receivers w where w.is_on and w.created_at < ${ended} and (
        w.kind <> 'pagerduty' and w.last_received_at is not null
        or w.kind = 'pagerduty' and exists (
          select 1 from entity_fields f where f.entity_id = e.id and f.key = ${fieldOf(pagerDutyAnnotation)}))))`;
};
