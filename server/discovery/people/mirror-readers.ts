import { sql } from "drizzle-orm";
import type { SourceHost } from "#server/connections/source-host.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { findDomainError } from "#server/core/errors.ts";
import { peopleMinutes } from "../model.ts";

type Tools = { ctx: Ctx; signal: AbortSignal; host: SourceHost };
type Repository = { id: string; fullName: string };

/** Private repositories whose readers were not asked for lately; `isAll`: whenever they were. */
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
        and (${isAll} or readers_listed_at is null or readers_listed_at < ${before}::timestamptz)
      order by readers_listed_at nulls first, id`)),
  ];
}

/**
 * Mirrors who may read one private repository. Where the host does not tell, nobody is known to, and nobody gets in:
 * the reason is returned.
 */
export async function mirrorReaders({ ctx, host }: Tools, repository: Repository): Promise<string | null> {
  let logins: string[];
  try {
    logins = [...new Set(await host.listReaders(repository.fullName))];
  } catch (error) {
    const told = findDomainError(error);
    if (told?.code !== "forbidden" && told?.code !== "not_found") throw error;
    await ctx.db.execute(sql`delete from repository_readers where repository_id = ${repository.id}`);
    // The next look at the repository says that it is gone.
    return told.code === "forbidden" ? told.message : null;
  }
  await inTransaction(ctx, async (tx) => {
    const names = JSON.stringify(logins.map((login) => login.toLowerCase()));
    const listed = sql`(select json_array_elements_text(${names}::json))`;
    await tx.db.execute(sql`
      delete from repository_readers where repository_id = ${repository.id} and login not in ${listed}`);
    await tx.db.execute(sql`
      insert into repository_readers (repository_id, login)
      select ${repository.id}::uuid, json_array_elements_text(${names}::json) on conflict do nothing`);
    await tx.db.execute(sql`
      update source_repositories set readers_listed_at = ${tx.now().toISOString()}::timestamptz
      where id = ${repository.id}`);
  });
  return null;
}

/**
 * Somebody was taken out of a team, an organisation or a repository: until the host is asked again, they read none of it.
 * Without `externalId` this is all of the connection.
 */
export async function dropReader(
  ctx: Ctx,
  input: { connectionId: string; login: string; externalId: string | null },
): Promise<void> {
  await ctx.db.execute(sql`
    delete from repository_readers rr using source_repositories r
    where r.id = rr.repository_id and r.connection_id = ${input.connectionId}
      and rr.login = ${input.login.toLowerCase()}
      and (${input.externalId}::text is null or r.external_id = ${input.externalId})`);
}
