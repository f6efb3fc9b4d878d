import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import type { LocationType } from "./model.ts";
import type { PreparedEntry } from "./prepare-entry.ts";

/** What an entry in the catalogue is compared by. */
export type StoredEntry = {
  id: number;
  uid: string;
  ref: string;
  locationId: string;
  locationType: LocationType;
  target: string;
  contentHash: string;
  file: string;
  line: number;
  isGone: boolean;
  /** Its repository is gone at the host: another source may have it. */
  isAbandoned: boolean;
};

/** An entry that is written: new ones have a uid but no row yet. */
export type WrittenEntry = PreparedEntry & { uid: string };

/** Whose entries are written, and when. */
export type WriteInput = { locationId: string; isDemo: boolean; at: Date };

/** Rows go to the server as JSON, this many to a statement: one statement's memory stays bounded. */
const batchSize = 2000;

function* batches<T>(rows: readonly T[], size = batchSize): Generator<T[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}

const entryColumns = sql`ref text, uid uuid, kind text, namespace text, name text, "displayKey" text, "apiVersion" text,
  title text, description text, type text, lifecycle text, "ownerRef" text, "systemRef" text, tags json,
  "projectSlug" text, verdict text, file text, line int, "sourceUrl" text, "contentHash" text, "searchText" text,
  a text, b text, c text`;

const searchVector = sql`setweight(to_tsvector('simple', r.a), 'A') || setweight(to_tsvector('simple', r.b), 'B')
  || setweight(to_tsvector('simple', r.c), 'C')`;

const tagArray = sql`array(select json_array_elements_text(r.tags))`;

const asRow = ({
  fields: _f,
  relations: _r,
  headRest: _h,
  yaml: _y,
  searchWords,
  ...entry
}: WrittenEntry) => ({
  ...entry,
  ...searchWords,
});

/** Inserts and updates the rows of the entities table; returns the id of each reference. */
export async function writeEntries(
  db: Db,
  input: WriteInput,
  added: readonly WrittenEntry[],
  changed: readonly (WrittenEntry & { stored: StoredEntry })[],
): Promise<Map<string, number>> {
  const ids = new Map<string, number>(changed.map(({ ref, stored }) => [ref, stored.id]));
  const at = input.at.toISOString();
  for (const batch of batches(added)) {
    const rows = await db.execute<{ id: string; ref: string }>(sql`
      insert into entities (uid, location_id, ref, kind, kind_key, namespace, namespace_key, name, name_key, display_key,
        api_version, title, description, type, type_key, lifecycle, lifecycle_key, owner_ref, system_ref, tags,
        project_slug, verdict, file, line, source_url, content_hash, is_demo, created_at, updated_at, search_text,
        search_words)
      select r.uid, ${input.locationId}::uuid, r.ref, r.kind, lower(r.kind), r.namespace, lower(r.namespace), r.name,
        lower(r.name), r."displayKey", r."apiVersion", r.title, r.description, r.type, lower(r.type), r.lifecycle,
        lower(r.lifecycle), r."ownerRef", r."systemRef", ${tagArray}, r."projectSlug", r.verdict, r.file, r.line,
        r."sourceUrl", r."contentHash", ${input.isDemo}::boolean, ${at}::timestamptz, ${at}::timestamptz, r."searchText", ${searchVector}
      from json_to_recordset(${JSON.stringify(batch.map(asRow))}::json) as r(${entryColumns})
      returning id, ref`);
    for (const row of rows) ids.set(row.ref, Number(row.id));
  }
  for (const batch of batches(changed)) await updateEntries(db, input, batch);
  return ids;
}

async function updateEntries(db: Db, input: WriteInput, batch: readonly WrittenEntry[]): Promise<void> {
  await db.execute(sql`
    update entities set location_id = ${input.locationId}::uuid, kind = r.kind, namespace = r.namespace, name = r.name,
      display_key = r."displayKey", api_version = r."apiVersion", title = r.title, description = r.description,
      type = r.type, type_key = lower(r.type), lifecycle = r.lifecycle, lifecycle_key = lower(r.lifecycle),
      owner_ref = r."ownerRef", system_ref = r."systemRef", tags = ${tagArray}, project_slug = r."projectSlug",
      verdict = r.verdict, file = r.file, line = r.line, source_url = r."sourceUrl", content_hash = r."contentHash",
      is_demo = ${input.isDemo}::boolean, updated_at = ${input.at.toISOString()}::timestamptz, file_gone_at = null,
      search_text = r."searchText", search_words = ${searchVector}
    from json_to_recordset(${JSON.stringify(batch.map(asRow))}::json) as r(${entryColumns})
    where entities.ref = r.ref`);
}

const idList = (ids: readonly number[]): SQL =>
  sql`(select json_array_elements_text(${JSON.stringify(ids)}::json)::bigint)`;

/** Replaces the searchable fields of the written entries. */
export async function writeFields(
  db: Db,
  written: readonly WrittenEntry[],
  ids: ReadonlyMap<string, number>,
  changedIds: readonly number[],
): Promise<void> {
  if (changedIds.length > 0)
    await db.execute(sql`delete from entity_fields where entity_id in ${idList(changedIds)}`);
  for (const batch of batches(written)) {
    // Lists of columns instead of objects: a third of the bytes.
    const rows = batch.flatMap((entry) =>
      entry.fields.map((field) => [ids.get(entry.ref), field.key, field.value, field.original]),
    );
    await db.execute(sql`
      insert into entity_fields (entity_id, key, value, original)
      select (f->>0)::bigint, f->>1, f->>2, f->>3 from json_array_elements(${JSON.stringify(rows)}::json) as f`);
  }
}

/** Replaces the relations that the written entries state. */
export async function writeRelations(
  db: Db,
  written: readonly WrittenEntry[],
  ids: ReadonlyMap<string, number>,
  changedIds: readonly number[],
): Promise<void> {
  if (changedIds.length > 0)
    await db.execute(sql`delete from entity_relations where origin_id in ${idList(changedIds)}`);
  for (const batch of batches(written)) {
    const rows = batch.flatMap((entry) =>
      entry.relations.map(({ source, type, target }) => [ids.get(entry.ref), source, type, target]),
    );
    await db.execute(sql`
      insert into entity_relations (origin_id, source_ref, type, target_ref)
      select (r->>0)::bigint, r->>1, r->>2, r->>3 from json_array_elements(${JSON.stringify(rows)}::json) as r`);
  }
}

/** Every relation of some references as the JSON list that REST sends, each once however many entries state it. */
const relationLists = (refs: SQL): SQL => sql`
  select source_ref, '[' || string_agg(
    '{"type":' || to_json(type)::text || ',"targetRef":' || to_json(target_ref)::text || '}', ','
    order by type, target_ref) || ']' as list
  from (select distinct source_ref, type, target_ref from entity_relations where source_ref in ${refs}) as once
  group by source_ref`;

/** Writes the documents, then the lists of relations of all other entries that the written ones touch. */
export async function writeBodies(
  db: Db,
  written: readonly WrittenEntry[],
  ids: ReadonlyMap<string, number>,
  affected: ReadonlySet<string>,
): Promise<void> {
  for (const batch of batches(written, 1000)) {
    const rows = batch.map((entry) => ({
      id: ids.get(entry.ref),
      ref: entry.ref,
      head: `{"metadata":{"uid":"${entry.uid}",${entry.headRest}`,
      yaml: entry.yaml,
    }));
    const refs = JSON.stringify(rows.map(({ ref }) => ref));
    await db.execute(sql`
      insert into entity_bodies (entity_id, head, relations, yaml)
      select r.id, r.head, coalesce(l.list, '[]'), r.yaml
      from json_to_recordset(${JSON.stringify(rows)}::json) as r(id bigint, ref text, head text, yaml text)
      left join (${relationLists(sql`(select json_array_elements_text(${refs}::json))`)}) as l on l.source_ref = r.ref
      on conflict (entity_id) do update set head = excluded.head, file_head = null, relations = excluded.relations, yaml = excluded.yaml`);
  }
  const own = new Set(written.map(({ ref }) => ref));
  await refreshRelations(
    db,
    [...affected].filter((ref) => !own.has(ref)),
  );
}

/** Renews the lists of relations of these references, as far as they are in the catalogue. */
export async function refreshRelations(db: Db, refs: readonly string[]): Promise<void> {
  if (refs.length === 0) return;
  const among = sql`(select json_array_elements_text(${JSON.stringify(refs)}::json))`;
  await db.execute(sql`
    update entity_bodies set relations = coalesce(l.list, '[]')
    from entities left join (${relationLists(among)}) as l on l.source_ref = entities.ref
    where entities.id = entity_bodies.entity_id and entities.ref in ${among}
      and entity_bodies.relations is distinct from coalesce(l.list, '[]')`);
}

/** Tells every process that what it remembers of the catalogue is old, once the transaction commits. */
export async function renewVersion(db: Db): Promise<void> {
  await db.execute(sql`
    insert into catalogue_state (id, version) values ('only', gen_random_uuid())
    on conflict (id) do update set version = excluded.version`);
}
