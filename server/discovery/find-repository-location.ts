import { sql } from "drizzle-orm";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";
import type { RepositoryRow } from "./repository-row.ts";
import "#server/catalog/events.ts";

/**
 * The location of a repository, waiting for an import: made when it is the first, moved along when the repository has a
 * new name. One that somebody registered by hand under this address becomes it, and keeps what it was allowed.
 */
export async function findRepositoryLocation(
  ctx: Ctx,
  row: Pick<RepositoryRow, "id" | "connectionId" | "url" | "locationId">,
  branch: string | null,
): Promise<string> {
  const target = branch ? `${row.url}/tree/${branch}` : row.url;
  return inTransaction(ctx, async (tx) => {
    await makeRoom(tx, row.id, target);
    if (row.locationId) {
      await tx.db.execute(sql`
        update locations set target = ${target}, state = 'waiting', failure = null, connection_id = ${row.connectionId},
          reads_with_credentials = true
        where id = ${row.locationId}`);
      return row.locationId;
    }
    const [made] = await tx.db.execute<{ id: string; isNew: boolean }>(sql`
      insert into locations as l (type, target, connection_id, repository_id, defines_people, reads_with_credentials, created_at,
        created_by)
      values ('git', ${target}, ${row.connectionId}, ${row.id}, false, true, ${tx.now().toISOString()}::timestamptz,
        ${actorLabel(tx.actor).name})
      on conflict (target) do update set connection_id = excluded.connection_id, repository_id = excluded.repository_id,
        state = 'waiting', failure = null, reads_with_credentials = true
      returning id, xmax = 0 as "isNew"`);
    if (!made) throw new Error("A location was neither made nor found");
    if (made.isNew)
      await record(tx, {
        type: "location.registered",
        subjectId: made.id,
        payload: { target, type: "git" },
      });
    return made.id;
  });
}

/** Another repository had this address before and is gone or renamed: its location steps aside until it is looked at. */
async function makeRoom(tx: Ctx, repositoryId: string, target: string): Promise<void> {
  await tx.db.execute(sql`
    update locations set target = target || '#' || left(id::text, 8)
    where target = ${target} and repository_id is not null and repository_id <> ${repositoryId}`);
}
