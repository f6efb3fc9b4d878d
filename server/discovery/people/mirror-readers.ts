import { sql } from "drizzle-orm";
import type { HostReader, SourceHost } from "#server/connections/source-host.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { findDomainError } from "#server/core/errors.ts";
import { peopleMinutes } from "../model.ts";

type Tools = { ctx: Ctx; signal: AbortSignal; host: SourceHost };
type Repository = { id: string; fullName: string };

/** Private repositories whose readers were not asked for lately, or not by number; `isAll`: whenever they were. */
export async function findUnreadReaders(
  ctx: Ctx,
  connectionId: string,
  isAll: boolean,
): Promise<Repository[]> {
  const before = new Date(ctx.now().getTime() - peopleMinutes * 60_000).toISOString();
  return [
    ...(await ctx.db.execute<Repository>(sql`
      select id, full_name as "fullName" from source_repositories
      where connection_id = ${connectionId} and visibility = 'private' and gone_at is null
        and (${isAll} or readers_listed_at is null or readers_listed_at < ${before}::timestamptz or exists (
          select 1 from repository_readers rr where rr.repository_id = source_repositories.id and rr.external_id is null))
      order by readers_listed_at nulls first, id`)),
  ];
}

/**
 * Mirrors who may read one private repository. Where the host does not tell, nobody is known to, and nobody gets in:
 * the reason is returned.
 */
export async function mirrorReaders({ ctx, host }: Tools, repository: Repository): Promise<string | null> {
  let readers: HostReader[];
  try {
    readers = await host.listReaders(repository.fullName);
  } catch (error) {
    const told = findDomainError(error);
    if (told?.code !== "forbidden" && told?.code !== "not_found") throw error;
    await ctx.db.execute(sql`delete from repository_readers where repository_id = ${repository.id}`);
    // The next look at the repository says that it is gone.
    return told.code === "forbidden" ? told.message : null;
  }
  await inTransaction(ctx, async (tx) => {
    const listed = sql`
      json_to_recordset(${JSON.stringify(readers)}::json) as listed(login text, "externalId" text)`;
    await tx.db.execute(sql`
      delete from repository_readers
      where repository_id = ${repository.id} and login not in (select login from ${listed})`);
    // A login that somebody gave up may be another person's by now.
    await tx.db.execute(sql`
      insert into repository_readers as rr (repository_id, login, external_id)
      select distinct on (login) ${repository.id}::uuid, login, "externalId" from ${listed} order by login, "externalId"
      on conflict (repository_id, login) do update set external_id = excluded.external_id
      where rr.external_id is distinct from excluded.external_id`);
    await tx.db.execute(sql`
      update source_repositories set readers_listed_at = ${tx.now().toISOString()}::timestamptz
      where id = ${repository.id}`);
  });
  return null;
}

/**
 * Somebody was taken out of a team, an organisation or a repository: until the host is asked again, they read none of it.
 * Without `repository` (the host's number of it) this is all of the connection. The number of the person, or the login:
 * one may be older than the other.
 */
export async function dropReader(
  ctx: Ctx,
  input: { connectionId: string; person: { id?: number; login: string }; repository: string | null },
): Promise<void> {
  await ctx.db.execute(sql`
    delete from repository_readers rr using source_repositories r
    where r.id = rr.repository_id and r.connection_id = ${input.connectionId}
      and (rr.login = ${input.person.login.toLowerCase()} or rr.external_id = ${input.person.id?.toString() ?? null}::text)
      and (${input.repository}::text is null or r.external_id = ${input.repository})`);
}
