import { type SQL, sql } from "drizzle-orm";
import { inRepositories, type SourceRule } from "./recognise.ts";

/**
 * Incidents of a service from every source, as a query: `key`, `title`, `opened_at`, `resolved_at`, what they name
 * (`named_sha`, `named_key`), and whether they still are incidents (`is_valid`). In a shared repository an issue that names
 * services is only theirs.
 */
export const knownIncidents = (subject: Pick<SourceRule, "entityRef" | "repositoryIds" | "held">): SQL => sql`
  select i.repository_id || '#' || i.number as key, i.title, i.opened_at, i.closed_at as resolved_at,
    i.named_sha, null::text as named_key, i.is_incident and i.deleted_at is null as is_valid
  from incidents i
  where ${inRepositories(subject, sql`i.repository_id`, sql`i.opened_at`)}
    and (i.services = '{}' or split_part(${subject.entityRef}, '/', 2) = any(i.services))
  union all
  select r.source || ':' || r.key, r.title, r.opened_at, r.resolved_at, r.named_sha, r.named_key, true
  from reported_incidents r where r.entity_refs @> array[${subject.entityRef}]`;
