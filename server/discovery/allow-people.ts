import { sql } from "drizzle-orm";
import { afterCatalogueChange } from "#server/catalog/after-change.ts";
import { awaitTurn } from "#server/catalog/save-lock.ts";
import { refreshRelations, renewVersion } from "#server/catalog/write-entries.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import type { AllowPeople } from "./inputs.ts";
import { definePeopleRefusal } from "./policy.ts";
import "./events.ts";

/**
 * Lets a source that was found by itself say who people and teams are, or takes that away again: then what it said ends
 * at once, with the memberships that it gave.
 */
export async function allowPeople(ctx: Ctx, { locationId, isAllowed }: AllowPeople): Promise<void> {
  ensure(definePeopleRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    await awaitTurn(tx);
    const [location] = await tx.db.execute<{ target: string; type: string; repositoryId: string | null }>(sql`
      update locations set defines_people = ${isAllowed} where id = ${locationId} and type in ('folder', 'file', 'git', 'people')
      returning target, type, repository_id as "repositoryId"`);
    if (!location) throw notFound("This source was removed");
    // Mirrored teams stay to be seen, and only give no roles any more.
    if (!isAllowed && location.type !== "people") await removePeople(tx, locationId);
    if (location.repositoryId) {
      await tx.db.execute(sql`
        update discovered_repositories set commit = null where repository_id = ${location.repositoryId}`);
      const { repositoryId } = location;
      await enqueue(tx, { name: "discovery-read-repository" }, { repositoryId }, { key: repositoryId });
    }
    await afterCatalogueChange(tx);
    const payload = { target: location.target, isAllowed };
    await record(tx, { type: "location.people-allowed", subjectId: locationId, payload });
  });
}

async function removePeople(tx: Ctx, locationId: string): Promise<void> {
  const own = sql`(select id from entities where location_id = ${locationId} and kind_key in ('group', 'user'))`;
  const ended = await tx.db.execute<{ source: string; target: string }>(sql`
    delete from entity_relations where origin_id in ${own} returning source_ref as source, target_ref as target`);
  await tx.db.execute(sql`delete from entity_fields where entity_id in ${own}`);
  await tx.db.execute(sql`delete from entities where id in ${own}`);
  await refreshRelations(tx.db, [...new Set(ended.flatMap(({ source, target }) => [source, target]))]);
  await renewVersion(tx.db);
}
