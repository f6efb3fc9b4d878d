import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import type { FieldChange } from "#db/schema/trust.ts";
import type { Db } from "#db/types.ts";
import type { StoredEntry, WriteInput, WrittenEntry } from "../write-entries.ts";
import { fieldChanges } from "./field-changes.ts";

/** The commit that an import read; its author where it alone lies between this import and the one before. */
export type ReadCommit = { commit: string | null; author: string | null };

export type Renaming = { from: StoredEntry; to: WrittenEntry };

type Versions = {
  added: readonly WrittenEntry[];
  changed: readonly (WrittenEntry & { stored: StoredEntry })[];
  gone: readonly StoredEntry[];
  renamed: readonly Renaming[];
};

type Row = {
  id: number | null;
  uid: string;
  ref: string;
  change: string;
  changes: FieldChange[];
  file: string;
  line: number;
  url: string | null;
};

const batchSize = 1000;

/**
 * Writes the history of what a save is about to do: before the documents are written, since those that change are kept.
 * Entries whose text is the same as before (the commit in their address is new) leave nothing.
 */
export async function writeVersions(
  db: Db,
  input: WriteInput & Partial<ReadCommit>,
  versions: Versions,
): Promise<void> {
  const renamedTo = new Map(versions.renamed.map(({ from, to }) => [to.ref, from]));
  await moveHistory(db, versions.renamed);
  const rows: Row[] = [
    ...versions.added.map((entry) => {
      const from = renamedTo.get(entry.ref);
      const changes = from ? [{ at: "ref", from: from.ref, to: entry.ref }] : [];
      return rowOf(entry, from?.id ?? null, from ? "renamed" : "appeared", changes);
    }),
    ...(await changedRows(db, input, versions.changed)),
    ...versions.gone.map((known) => ({ ...placeOf(known), change: "gone", changes: [], url: null })),
  ];
  for (let start = 0; start < rows.length; start += batchSize)
    await insertRows(db, input, rows.slice(start, start + batchSize));
}

const placeOf = ({ id: _, uid, ref, file, line }: StoredEntry) => ({ id: null, uid, ref, file, line });

const rowOf = (entry: WrittenEntry, id: number | null, change: string, changes: FieldChange[]): Row => ({
  id,
  uid: entry.uid,
  ref: entry.ref,
  change,
  changes,
  file: entry.file,
  line: entry.line,
  url: entry.sourceUrl,
});

async function insertRows(
  db: Db,
  input: WriteInput & Partial<ReadCommit>,
  rows: readonly Row[],
): Promise<void> {
  await db.execute(sql`
    insert into entity_versions (entity_uid, ref, is_demo, at, change, changes, before, location_id, file, line, source_url,
      "commit", author)
    select r.uid, r.ref, ${input.isDemo}::boolean, ${input.at.toISOString()}::timestamptz, r.change, r.changes,
      -- What another source said is not for the readers of this one.
      case when r.change <> 'taken-over' then b.yaml end,
      ${input.locationId}::uuid, r.file, r.line, r.url, ${input.commit ?? null}::text, ${input.author ?? null}::text
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as r(id bigint, uid uuid, ref text, change text, changes jsonb, file text, line int, url text)
    left join entity_bodies b on b.entity_id = r.id`);
}

/** Only documents whose own text is another one, or that name texts of other files, are fetched and compared. */
async function changedRows(db: Db, input: WriteInput, changed: Versions["changed"]): Promise<Row[]> {
  const rows: Row[] = [];
  for (let start = 0; start < changed.length; start += batchSize) {
    const batch = changed.slice(start, start + batchSize);
    const told = batch.map(({ stored, yaml }) => ({
      id: stored.id,
      text: createHash("md5").update(yaml).digest("hex"),
      always: yaml.includes("$"),
    }));
    const before = await db.execute<{ id: string; head: string; same: boolean }>(sql`
      select b.entity_id as id, coalesce(b.file_head, b.head) as head, md5(b.yaml) = t.text as same
      from json_to_recordset(${JSON.stringify(told)}::json) as t(id bigint, text text, always boolean)
      join entity_bodies b on b.entity_id = t.id and (t.always or md5(b.yaml) <> t.text)`);
    const old = new Map(before.map((row) => [Number(row.id), row]));
    for (const entry of batch) rows.push(...changedRow(input, entry, old.get(entry.stored.id)));
  }
  return rows;
}

function changedRow(
  input: WriteInput,
  entry: Versions["changed"][number],
  old: { head: string; same: boolean } | undefined,
): Row[] {
  const { stored } = entry;
  const changes = old ? fieldChanges(parse(`${old.head}}`), parse(`{"metadata":{${entry.headRest}}`)) : [];
  if (stored.file !== entry.file) changes.push({ at: "file", from: stored.file, to: entry.file });
  const isOther = stored.locationId !== input.locationId;
  if (isOther) changes.push({ at: "source", from: stored.target, to: null });
  const isSame = changes.length === 0 && (!old || old.same);
  if (isSame && !stored.isGone) return [];
  const change = isOther ? "taken-over" : stored.isGone ? "returned" : "changed";
  return [rowOf(entry, stored.id, change, changes)];
}

const parse = (text: string) => JSON.parse(text) as Record<string, unknown>;

/** What is known of an entry goes with it to its new name; the old name is left as gone. */
async function moveHistory(db: Db, renamed: readonly Renaming[]): Promise<void> {
  if (renamed.length === 0) return;
  const pairs = JSON.stringify(renamed.map(({ from, to }) => ({ from: from.uid, to: to.uid, ref: to.ref })));
  const moves = sql`json_to_recordset(${pairs}::json) as m("from" uuid, "to" uuid, ref text)`;
  await db.execute(
    sql`update entity_versions v set entity_uid = m."to" from ${moves} where v.entity_uid = m."from"`,
  );
  for (const table of ["entity_overlays", "entity_confirmations", "owner_proposals", "upkeep_items"])
    await db.execute(sql`
      update ${sql.identifier(table)} t set entity_uid = m."to", ref = m.ref from ${moves} where t.entity_uid = m."from"`);
}
