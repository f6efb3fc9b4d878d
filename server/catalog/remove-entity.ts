import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { afterCatalogueChange } from "./after-change.ts";
import type { LocationType } from "./model.ts";
import { registerRefusal } from "./policy.ts";
import { awaitTurn } from "./save-lock.ts";
import { beginDangling } from "./warn-dangling.ts";
import { refreshRelations, renewVersion } from "./write-entries.ts";
import "./events.ts";

type Row = { id: string; ref: string; type: LocationType; isDemo: boolean };

/**
 * Takes one entry out of the catalogue, as Backstage does for one whose file is gone. Where its file is still there the
 * next import brings it back: its source is what has to be changed then.
 */
export async function removeEntity(ctx: Ctx, input: { uid: string }): Promise<void> {
  ensure(registerRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    await awaitTurn(tx);
    const [entry] = await tx.db.execute<Row>(sql`
      select e.id, e.ref, l.type, e.is_demo as "isDemo" from entities e join locations l on l.id = e.location_id
      where e.uid = ${input.uid}::uuid for update of e`);
    if (!entry) throw notFound(`No entity with uid ${input.uid}`);
    if (entry.type === "portal" || entry.type === "custom")
      throw conflict(`${entry.ref} is kept in the portal or sent by a custom source: remove it there`);
    const id = sql`${entry.id}::bigint`;
    const touched = await tx.db.execute<{ ref: string }>(sql`
      with stated as (delete from entity_relations where origin_id = ${id} returning source_ref)
      select distinct source_ref as ref from stated`);
    await tx.db.execute(sql`delete from entity_fields where entity_id = ${id}`);
    await tx.db.execute(sql`delete from entities where id = ${id}`);
    await refreshRelations(
      tx.db,
      touched.map(({ ref }) => ref),
    );
    await beginDangling(tx.db, [entry.ref]);
    await renewVersion(tx.db);
    await afterCatalogueChange(tx);
    const { ref, isDemo } = entry;
    await record(tx, { type: "entity.removed", subjectId: ref, payload: { ref }, isDemo });
  });
}
