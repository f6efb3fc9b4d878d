import { type SQL, sql } from "drizzle-orm";

/** The key that webhooks give the row `r` of `source_repositories`: the host and its number there. */
export const keyOfListed: SQL = sql`(
  lower(substring(r.url from '^[a-zA-Z]+://(?:[^/@]*@)?([^/:]+)')) || ':' || r.external_id)`;

/**
 * The names in lower case by which entries may name the row `r` of `source_repositories`, as `own(slug)`: its own, and former
 * ones that nobody else on its host has taken.
 */
export const namesOfListed: SQL = sql`(
  select r.slug union
  select n.slug from repository_names n
  where n.repository_id = ${keyOfListed} and n.is_former and not exists (
    select from repository_names g where g.slug = n.slug and g.repository_id <> n.repository_id
      and split_part(g.repository_id, ':', 1) = split_part(n.repository_id, ':', 1)
      and (not g.is_former or (g.last_at, g.repository_id) > (n.last_at, n.repository_id)))
) as own(slug)`;
