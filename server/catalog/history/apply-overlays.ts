import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import { fieldsOf } from "../entity-fields.ts";
import { type MergedDocument, mergeOverlays, type Overlay } from "./merge-overlays.ts";

type Row = Overlay & { id: string; entityId: string; base: string; isSuperseded: boolean };

/**
 * Lays over the documents of these entries what people added in the portal, and takes away what they took back: the
 * document, its searchable fields and its repository. Marks additions under whose key the file says something itself.
 * To be called whenever documents or additions were written, in the same transaction.
 */
export async function applyOverlays(db: Db, at: Date, uids: readonly string[]): Promise<void> {
  if (uids.length === 0) return;
  const among = sql`(select json_array_elements_text(${JSON.stringify(uids)}::json)::uuid)`;
  const rows = await db.execute<Row>(sql`
    select o.id, o.kind, o.key, o.value, o.superseded_at is not null as "isSuperseded", e.id as "entityId",
      coalesce(b.file_head, b.head) as base
    from entity_overlays o join entities e on e.uid = o.entity_uid join entity_bodies b on b.entity_id = e.id
    where o.entity_uid in ${among} order by o.entity_uid, o.added_at, o.id`);
  const bare = await db.execute<{ entityId: string; base: string }>(sql`
    select b.entity_id as "entityId", b.file_head as base
    from entity_bodies b join entities e on e.id = b.entity_id
    where e.uid in ${among} and b.file_head is not null
      and not exists (select 1 from entity_overlays o where o.entity_uid = e.uid)`);
  for (const { entityId, base } of bare) await writeMerged(db, entityId, base, []);
  for (const [entityId, own] of Map.groupBy(rows, (row) => row.entityId)) {
    const merged = await writeMerged(db, entityId, own[0]?.base ?? "{", own);
    const isSuperseded = (row: Row) => merged.superseded.has(`${row.kind} ${row.key}`);
    const ids = (isNow: boolean) =>
      own.filter((row) => isSuperseded(row) === isNow && row.isSuperseded !== isNow).map(({ id }) => id);
    await mark(db, ids(true), at);
    await mark(db, ids(false), null);
  }
}

async function mark(db: Db, ids: readonly string[], at: Date | null): Promise<void> {
  if (ids.length === 0) return;
  await db.execute(sql`
    update entity_overlays set superseded_at = ${at?.toISOString() ?? null}::timestamptz
    where id = any(${sql.param([...ids])}::uuid[])`);
}

async function writeMerged(
  db: Db,
  entityId: string,
  base: string,
  overlays: readonly Overlay[],
): Promise<MergedDocument> {
  const merged = mergeOverlays(JSON.parse(`${base}}`) as Record<string, unknown>, overlays);
  const { document, added } = merged;
  if (added > 0) {
    const metadata = document.metadata as Record<string, unknown>;
    metadata.etag = createHash("sha256").update(JSON.stringify(document)).digest("hex").slice(0, 40);
  }
  const head = added > 0 ? JSON.stringify(document).slice(0, -1) : base;
  await db.execute(sql`
    update entity_bodies set head = ${head}, file_head = ${added > 0 ? base : null}::text where entity_id = ${entityId}::bigint`);
  await db.execute(sql`
    update entities set project_slug = ${merged.projectSlug} where id = ${entityId}::bigint and project_slug is distinct from ${merged.projectSlug}`);
  await db.execute(sql`delete from entity_fields where entity_id = ${entityId}::bigint`);
  const rows = fieldsOf(document).map(({ key, value, original }) => [key, value, original]);
  await db.execute(sql`
    insert into entity_fields (entity_id, key, value, original)
    select ${entityId}::bigint, f->>0, f->>1, f->>2 from json_array_elements(${JSON.stringify(rows)}::json) as f`);
  return merged;
}

/** Additions to an entry that went and came again, under a new uid, are its additions still. */
export async function adoptByRef(db: Db, added: readonly { uid: string; ref: string }[]): Promise<void> {
  if (added.length === 0) return;
  const entries = JSON.stringify(added.map(({ uid, ref }) => ({ uid, ref })));
  for (const table of ["entity_overlays", "owner_proposals"])
    await db.execute(sql`
      with lost as (
        select t.id, t.ref from ${sql.identifier(table)} t
        where not exists (select 1 from entities e where e.uid = t.entity_uid)
      )
      update ${sql.identifier(table)} t set entity_uid = a.uid
      from lost join json_to_recordset(${entries}::json) as a(uid uuid, ref text) on a.ref = lost.ref
      where t.id = lost.id`);
}
