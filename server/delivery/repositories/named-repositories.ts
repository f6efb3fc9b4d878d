import { type SQL, sql } from "drizzle-orm";

/** Another repository of the same host that has the name of the row now, or had it later: it is no longer this one's. */
const later = (row: string): SQL => {
  const n = sql.raw(row);
  return sql`from repository_names g where g.slug = ${n}.slug and g.repository_id <> ${n}.repository_id
    and split_part(g.repository_id, ':', 1) = split_part(${n}.repository_id, ':', 1)
    and (${n}.is_former and not g.is_former
      or (g.last_at, g.repository_id) > (${n}.last_at, ${n}.repository_id))`;
};

/** A Component names the repository of the row `n` by a name that leads to it, and not by the one that it has lost. */
const isNamedOtherwise = sql`exists (
  select from (
    select r.slug union
    select o.slug from repository_names o where o.repository_id = n.repository_id and not exists (select ${later("o")})
  ) as own(slug) join entities x on x.project_slug = own.slug
  where own.slug <> n.slug and x.kind_key = 'component' and x.file_gone_at is null)`;

/**
 * All rows of `repositories`, once for each name that leads to it, as a part of a FROM: `named` is that name in lower case.
 * A former name leads on, as its host redirects it. Where another repository has the name now, that one is meant from then
 * on; what the former one did until then (`until_at`) stays with whoever names it so, unless it is named by another name.
 */
export const namedRepositories: SQL = sql`(
  select r.*, r.slug as named, null::timestamptz as until_at from repositories r
  union all
  select r.*, n.slug, case when exists (select ${later("n")})
    then (select greatest(n.last_at, min(g.first_at)) ${later("n")}) end
  from repository_names n join repositories r on r.id = n.repository_id
  where n.is_former and (not exists (select ${later("n")}) or not ${isNamedOtherwise})
)`;

/** A name in lower case, and all others that the same repository is known by now, as a query. */
export const namesAlike = (name: SQL): SQL => sql`
  select ${name} union select z.named from ${namedRepositories} z where z.until_at is null and z.id in (
    select r.id from ${namedRepositories} r where r.named = ${name} and r.until_at is null)`;

/** The names of these repositories, also those that lead elsewhere by now, as a query with `slug`. */
export const allNames = (repositoryIds: SQL): SQL => sql`
  select r.slug from repositories r where r.id in (${repositoryIds})
  union select n.slug from repository_names n where n.repository_id in (${repositoryIds})`;
