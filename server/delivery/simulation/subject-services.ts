import { type SQL, sql } from "drizzle-orm";
import { namedRepositories } from "#server/delivery/repositories/named-repositories.ts";
import type { RuleDraft } from "./model.ts";

/**
 * The services that are simulated, as `entities e left join delivery_services s`: those of the organisation's figures, and
 * where another source would count by default also those of which nothing was known so far.
 */
export function subjectServices({ defaultSource }: RuleDraft): SQL {
  const isNew = sql`exists (select from ${namedRepositories} r where r.named = e.project_slug)`;
  return sql`
    entities e left join delivery_services s on s.entity_ref = e.ref
    where e.kind_key = 'component' and e.file_gone_at is null
      and (s.id is not null ${defaultSource ? sql`or ${isNew}` : sql``})`;
}
