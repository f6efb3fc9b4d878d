import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import { writeVersions } from "../history/write-versions.ts";
import { beginDangling } from "../warn-dangling.ts";
import { refreshRelations, renewVersion, type StoredEntry, type WriteInput } from "../write-entries.ts";

/**
 * Takes entries out of the catalogue for good, because those who keep them said so. Entries that name them lose these
 * relations' other ends and are warned. Answers with the references that were there.
 */
export async function deleteEntries(
  db: Db,
  input: WriteInput & { author: string | null },
  refs: readonly string[],
): Promise<string[]> {
  if (refs.length === 0) return [];
  const wanted = sql`(select json_array_elements_text(${JSON.stringify(refs)}::json))`;
  const stored = await db.execute<StoredEntry & { id: string }>(sql`
    select e.id, e.uid, e.ref, e.location_id as "locationId", l.type as "locationType", l.target,
      e.content_hash as "contentHash", e.file, e.line, e.file_gone_at is not null as "isGone"
    from entities e join locations l on l.id = e.location_id
    where e.location_id = ${input.locationId} and e.ref in ${wanted} for update of e`);
  const gone = stored.map((row) => ({ ...row, id: Number(row.id) }));
  if (gone.length === 0) return [];
  await writeVersions(db, input, { added: [], changed: [], gone, renamed: [] });
  const ids = sql`(select json_array_elements_text(${JSON.stringify(gone.map(({ id }) => id))}::json)::bigint)`;
  const touched = await db.execute<{ ref: string }>(sql`
    with stated as (delete from entity_relations where origin_id in ${ids} returning source_ref)
    select distinct source_ref as ref from stated`);
  await db.execute(sql`delete from entity_fields where entity_id in ${ids}`);
  await db.execute(sql`delete from entities where id in ${ids}`);
  const left = gone.map(({ ref }) => ref);
  await db.execute(sql`
    delete from entity_problems where location_id = ${input.locationId} and ref in ${wanted}`);
  await refreshRelations(
    db,
    touched.map(({ ref }) => ref),
  );
  await beginDangling(db, left);
  await renewVersion(db);
  return left;
}
