import { type SQL, sql } from "drizzle-orm";
import { type Actor, hasRole, isInsider } from "#server/core/actor.ts";

const location = sql`l`;

/**
 * Whether the actor may read what lies in the repository of a location: raw files, documentation, definitions, history
 * with contents. A condition on the locations table under this alias, to be asked beside `visibleTo` of the entry.
 * What belongs to no repository of a connection is open to whoever sees the entry, since somebody who runs the portal
 * added it for them. A private repository is open to those who may read it at its host, by an account they proved to be
 * theirs, and by a rule; where nobody knows its readers, to nobody else.
 */
export function mayReadSource(actor: Actor, alias: SQL = location): SQL {
  if (actor.kind === "anonymous") return sql`false`;
  return sql`((${alias}.repository_id is null and not ${alias}.reads_with_credentials)
    or ${mayReadRepository(actor, sql`${alias}.repository_id`)})`;
}

/** The same for a repository of a connection by its id; false for one that is not there any more, but to admins. */
export function mayReadRepository(actor: Actor, repositoryId: SQL): SQL {
  if (actor.kind === "anonymous") return sql`false`;
  if (hasRole(actor, "admin")) return sql`true`;
  return sql`exists (
    select 1 from source_repositories sr where sr.id = ${repositoryId}
      and (sr.visibility <> 'private' or ${isReader(actor)} or ${isNamedByRule(actor)}))`;
}

/**
 * An account counts at the host it comes from, by the host's own number of the person (the subject of a sign-in with
 * GitHub or GitLab): a login can be given up and taken by somebody else. Readers that the host has not been asked about
 * for a day are not believed any more.
 */
function isReader(actor: Actor): SQL {
  if (actor.kind !== "user") return sql`false`;
  return sql`exists (
    select 1 from accounts a join repository_readers rr on rr.external_id = a.subject
      join connections c on c.id = sr.connection_id
    where a.user_id = ${actor.id} and rr.repository_id = sr.id
      and sr.gone_at is null and sr.readers_listed_at > now() - interval '24 hours'
      and lower(rtrim(a.issuer, '/')) = lower(rtrim(c.settings ->> 'webUrl', '/')))`;
}

function isNamedByRule(actor: Actor): SQL {
  const groups = actor.kind === "user" || actor.kind === "token" ? actor.groupRefs : [];
  const everyone = isInsider(actor) ? sql`true` : sql`false`;
  return sql`exists (
    select 1 from source_reading_rules rule where sr.slug like rule.slug_like
      and (rule.group_ref = any(${sql.param([...groups])}::text[]) or (rule.group_ref is null and ${everyone})))`;
}
