import { sql } from "drizzle-orm";
import type { HostRepository } from "#server/connections/source-host.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";
import "./events.ts";

/**
 * Writes down repositories as their host describes them, by its own number: so one that was renamed or moved stays the
 * same. Whatever has taken over a name in the meantime is told apart by that number too.
 */
export async function keepRepositories(
  ctx: Ctx,
  connectionId: string,
  repositories: readonly HostRepository[],
): Promise<string[]> {
  if (repositories.length === 0) return [];
  return inTransaction(ctx, async (tx) => {
    const rows = JSON.stringify(repositories.map((one) => ({ ...one, slug: one.fullName.toLowerCase() })));
    const incoming = sql`json_to_recordset(${rows}::json) as n("externalId" text, "fullName" text, slug text, url text,
      "cloneUrl" text, "defaultBranch" text, visibility text, "isArchived" boolean, "isFork" boolean, language text,
      description text, topics json, "pushedAt" timestamptz)`;
    const renamed = await tx.db.execute<{ id: string; from: string; to: string }>(sql`
      select r.id, r.full_name as "from", n."fullName" as "to" from source_repositories r
      join ${incoming} on n."externalId" = r.external_id
      where r.connection_id = ${connectionId} and r.full_name <> n."fullName"`);
    const kept = await tx.db.execute<{ id: string }>(sql`
      insert into source_repositories as r (connection_id, external_id, full_name, slug, url, clone_url, default_branch,
        visibility, is_archived, is_fork, language, description, topics, pushed_at, listed_at)
      select ${connectionId}::uuid, n."externalId", n."fullName", n.slug, n.url, n."cloneUrl", n."defaultBranch",
        n.visibility, n."isArchived", n."isFork", n.language, left(n.description, 1000),
        array(select left(t, 100) from json_array_elements_text(n.topics) as t), n."pushedAt",
        ${tx.now().toISOString()}::timestamptz
      from (select distinct on ("externalId") * from ${incoming}) as n
      on conflict (connection_id, external_id) do update set full_name = excluded.full_name, slug = excluded.slug,
        url = excluded.url, clone_url = excluded.clone_url, default_branch = excluded.default_branch,
        visibility = excluded.visibility, is_archived = excluded.is_archived, is_fork = excluded.is_fork,
        language = excluded.language, description = excluded.description, topics = excluded.topics,
        pushed_at = greatest(r.pushed_at, excluded.pushed_at), listed_at = excluded.listed_at, gone_at = null,
        -- What was open to all and is not any more has readers that nobody has asked for yet.
        readers_listed_at = case when r.visibility = excluded.visibility then r.readers_listed_at end
      returning r.id`);
    for (const { id, from, to } of renamed)
      await record(tx, { type: "repository.renamed", subjectId: id, payload: { from, to } });
    return kept.map(({ id }) => id);
  });
}

/** Everything of a connection that a whole listing, begun then, did not name any more. */
export async function markUnlisted(ctx: Ctx, connectionId: string, listedSince: Date): Promise<void> {
  const rows = await ctx.db.execute<{ id: string }>(sql`
    select id from source_repositories
    where connection_id = ${connectionId} and gone_at is null and listed_at < ${listedSince.toISOString()}::timestamptz`);
  for (const { id } of rows)
    await markGone(ctx, id, "It is deleted, or the connection is not shown it any more");
}

/** A repository that is gone: its entries stay as they were last known, with since when and why. */
export async function markGone(ctx: Ctx, repositoryId: string, reason: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const at = tx.now().toISOString();
    const [gone] = await tx.db.execute<{ fullName: string }>(sql`
      update source_repositories set gone_at = ${at}::timestamptz where id = ${repositoryId} and gone_at is null
      returning full_name as "fullName"`);
    if (!gone) return;
    await tellTrouble(tx, repositoryId, reason);
    await tx.db.execute(sql`
      delete from proposals where repository_id = ${repositoryId} and state = 'open'`);
    await record(tx, {
      type: "repository.gone",
      subjectId: repositoryId,
      payload: { fullName: gone.fullName, reason },
    });
  });
}

/** Why the last look at a repository did not succeed; its location says the same, beside when it last did. */
export async function tellTrouble(ctx: Ctx, repositoryId: string, reason: string): Promise<void> {
  const at = ctx.now().toISOString();
  await ctx.db.execute(sql`
    insert into discovered_repositories as d (repository_id, files, evidence, trouble, trouble_since)
    values (${repositoryId}, '[]', '{}', ${reason}, ${at}::timestamptz)
    on conflict (repository_id) do update set trouble = excluded.trouble,
      trouble_since = coalesce(d.trouble_since, excluded.trouble_since)`);
  await ctx.db.execute(sql`
    update locations set state = 'failed', step = null, failure = ${reason}
    where repository_id = ${repositoryId} and state not in ('running', 'waiting')
      and (state <> 'failed' or failure is distinct from ${reason})`);
}
