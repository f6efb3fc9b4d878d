import { randomUUID } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import { type FoundProblem, wholeTree } from "./collect-entries.ts";
import { endMemberships } from "./end-memberships.ts";
import { adoptByRef, applyOverlays } from "./history/apply-overlays.ts";
import { type ReadCommit, type Renaming, writeVersions } from "./history/write-versions.ts";
import type { StatedReference } from "./judge-entry.ts";
import type { ImportCounts, LocationType } from "./model.ts";
import { yieldPortalEntries } from "./portal-entries/yield-portal-entries.ts";
import type { PreparedEntry } from "./prepare-entry.ts";
import { takeSaveLock } from "./save-lock.ts";
import { danglingProblems, endDangling } from "./warn-dangling.ts";
import {
  renewVersion,
  type StoredEntry,
  type WriteInput,
  type WrittenEntry,
  writeBodies,
  writeEntries,
  writeFields,
  writeRelations,
} from "./write-entries.ts";

type SaveInput = WriteInput &
  Partial<ReadCommit> & {
    entries: readonly PreparedEntry[];
    problems: readonly FoundProblem[];
    /** Whom the entries name: a name that leads nowhere becomes a warning. */
    references?: readonly StatedReference[];
    /** Of what kind the location is, where that matters: teams of a host yield to everything else. */
    locationType?: LocationType;
    /** Files, or folders, that were not read whole. */
    brokenFiles: ReadonlySet<string>;
    /** The only files that were looked at; entries and problems of others stay. Absent: all of the location. */
    files?: ReadonlySet<string>;
  };

export type SaveResult = ImportCounts & {
  problems: number;
  /** Entries kept in the portal whose place a file of this location has now. */
  yielded: string[];
};

/**
 * Brings the catalogue in step with what one location holds: writes what is new or changed, leaves the rest untouched,
 * marks what is gone. Runs in the caller's transaction; a number of statements that does not depend on the entries'.
 */
export async function saveImport(db: Db, input: SaveInput): Promise<SaveResult> {
  await takeSaveLock(db);
  const stored = await readStored(db, input);
  const plan = planSave(stored, input);
  const changedIds = plan.changed.map((entry) => entry.stored.id);
  await writeVersions(db, input, { ...plan, renamed: renamedEntries(plan) });
  const affected = new Set<string>([
    ...(await sourcesOf(db, changedIds)),
    ...[...plan.added, ...plan.changed].flatMap((entry) => entry.relations.map(({ source }) => source)),
  ]);
  const ids = await writeEntries(db, input, plan.added, plan.changed);
  const written = [...plan.added, ...plan.changed];
  await writeFields(db, written, ids, changedIds);
  await writeRelations(db, written, ids, changedIds);
  await writeBodies(db, written, ids, affected);
  await moveEntries(db, plan.moved);
  const removed = await markGone(db, input, plan.gone);
  await adoptByRef(db, plan.added);
  await applyOverlays(
    db,
    input.at,
    written.map(({ uid }) => uid),
  );
  const yielded = plan.changed.filter(
    ({ stored }) => stored.locationType === "portal" && isYielding(stored, input),
  );
  await yieldPortalEntries(db, input, yielded);
  const problems = [...input.problems, ...plan.problems];
  const stated = (input.references ?? []).filter(({ ref, file }) => plan.taken.get(ref) === file);
  await replaceProblems(db, input, [...problems, ...(await danglingProblems(db, stated))]);
  await endDangling(
    db,
    plan.added.map(({ ref }) => ref),
  );
  if (written.length > 0 || removed > 0) await renewVersion(db);
  return {
    added: plan.added.length,
    changed: plan.changed.length,
    unchanged: plan.unchanged,
    removed,
    problems: problems.length,
    yielded: yielded.map(({ ref }) => ref),
  };
}

async function readStored(db: Db, input: SaveInput): Promise<Map<string, StoredEntry>> {
  const refs = JSON.stringify([...new Set(input.entries.map(({ ref }) => ref))]);
  const rows = await db.execute<StoredEntry & { id: string }>(sql`
    select e.id, e.uid, e.ref, e.location_id as "locationId", l.type as "locationType", l.target, e.content_hash as "contentHash",
      e.file, e.line,
      e.file_gone_at is not null as "isGone",
      exists (select 1 from source_repositories r where r.id = l.repository_id and r.gone_at is not null) as "isAbandoned"
    from entities e join locations l on l.id = e.location_id
    where (e.location_id = ${input.locationId} and ${isLookedAt(input, sql`e.file`)})
      or e.ref in (select json_array_elements_text(${refs}::json))`);
  return new Map(rows.map((row) => [row.ref, { ...row, id: Number(row.id) }]));
}

const isLookedAt = ({ files }: SaveInput, file: SQL): SQL =>
  files ? sql`${file} in (select json_array_elements_text(${JSON.stringify([...files])}::json))` : sql`true`;

/** What people keep in the portal and what a host says of teams yields to any source, and so does what lost its repository. */
const isYielding = (known: StoredEntry, input: SaveInput): boolean =>
  known.locationId !== input.locationId &&
  input.locationType !== "people" &&
  (["portal", "people"].includes(known.locationType) || known.isAbandoned);

type SavePlan = {
  /** The file from which each entry was taken. */
  taken: Map<string, string>;
  added: WrittenEntry[];
  changed: (WrittenEntry & { stored: StoredEntry })[];
  moved: { id: number; line: number }[];
  gone: StoredEntry[];
  unchanged: number;
  problems: FoundProblem[];
};

/**
 * Decides for each entry; pure. The first location keeps a reference, and in a location the first file;
 * an entry whose file is gone, or that is kept in the portal, may be taken over by another location. An entry is gone when its file was read and does
 * not hold it any more: of files that could not be read the last known state stays.
 */
function planSave(stored: ReadonlyMap<string, StoredEntry>, input: SaveInput): SavePlan {
  const plan: SavePlan = {
    taken: new Map(),
    added: [],
    changed: [],
    moved: [],
    gone: [],
    unchanged: 0,
    problems: [],
  };
  const taken = new Map<string, PreparedEntry>();
  for (const entry of input.entries) {
    const first = taken.get(entry.ref);
    if (first) {
      plan.problems.push(duplicate(entry, `${first.file}, line ${first.line}`));
      continue;
    }
    taken.set(entry.ref, entry);
    const known = stored.get(entry.ref);
    if (known && known.locationId !== input.locationId && !known.isGone && !isYielding(known, input)) {
      plan.problems.push(
        input.locationType === "people"
          ? definedElsewhere(entry, known.target)
          : duplicate(entry, known.target),
      );
      continue;
    }
    plan.taken.set(entry.ref, entry.file);
    if (!known) plan.added.push({ ...entry, uid: randomUUID() });
    else if (known.contentHash !== entry.contentHash || known.isGone || known.locationId !== input.locationId)
      plan.changed.push({ ...entry, uid: known.uid, stored: known });
    else {
      plan.unchanged += 1;
      if (known.line !== entry.line) plan.moved.push({ id: known.id, line: entry.line });
    }
  }
  for (const known of stored.values()) {
    if (known.locationId !== input.locationId || known.isGone || taken.has(known.ref)) continue;
    if (input.files && !input.files.has(known.file)) continue;
    if (isBroken(input.brokenFiles, known.file)) plan.unchanged += 1;
    else plan.gone.push(known);
  }
  return plan;
}

/** One entry left a file and one of the same kind came in its place: the same thing under a new name. */
function renamedEntries(plan: SavePlan): Renaming[] {
  const placeOf = ({ ref, file }: { ref: string; file: string }) =>
    `${ref.slice(0, ref.indexOf(":"))} ${file}`;
  const came = Map.groupBy(plan.added, placeOf);
  const left = Map.groupBy(plan.gone, placeOf);
  return [...left].flatMap(([place, [from, ...others]]) => {
    const [to, ...more] = came.get(place) ?? [];
    return from && to && others.length + more.length === 0 ? [{ from, to }] : [];
  });
}

/** A file counts as broken with any folder above it that could not be listed. */
function isBroken(broken: ReadonlySet<string>, file: string): boolean {
  if (broken.size === 0 || broken.has(wholeTree)) return broken.has(wholeTree);
  const parts = file.split("/");
  return parts.some((_, index) => broken.has(parts.slice(0, index + 1).join("/")));
}

/** That a file says who somebody is, is as it should be. */
const definedElsewhere = (entry: PreparedEntry, keeper: string): FoundProblem => ({
  ...duplicate(entry, keeper),
  severity: "info",
  message: `${entry.ref} is defined by ${keeper}: what is said there counts, not what the host says`,
});

const duplicate = (entry: PreparedEntry, keeper: string): FoundProblem => ({
  severity: "error",
  message: `${entry.ref} is in the catalog already, from ${keeper}: this copy was not taken`,
  ref: entry.ref,
  file: entry.file,
  line: entry.line,
  column: 1,
  path: "/metadata/name",
});

async function sourcesOf(db: Db, ids: number[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db.execute<{ ref: string }>(sql`
    select distinct source_ref as ref from entity_relations
    where origin_id in (select json_array_elements_text(${JSON.stringify(ids)}::json)::bigint)`);
  return rows.map((row) => row.ref);
}

/** Text added above an entry moves it down without changing it. */
async function moveEntries(db: Db, moved: SavePlan["moved"]): Promise<void> {
  if (moved.length === 0) return;
  await db.execute(sql`
    update entities set line = m.line
    from json_to_recordset(${JSON.stringify(moved)}::json) as m(id bigint, line int) where entities.id = m.id`);
}

/** Entries stay when their file goes, marked as Backstage marks orphans, until the location or they are removed. */
async function markGone(db: Db, input: SaveInput, gone: StoredEntry[]): Promise<number> {
  if (gone.length === 0) return 0;
  const ids = JSON.stringify(gone.map(({ id }) => id));
  const among = sql`(select json_array_elements_text(${ids}::json)::bigint)`;
  await db.execute(sql`
    update entities set file_gone_at = ${input.at.toISOString()}, updated_at = ${input.at.toISOString()} where id in ${among}`);
  await db.execute(sql`
    update entity_bodies
    set head = regexp_replace(head, '"annotations":\\{', '"annotations":{"backstage.io/orphan":"true",'),
      file_head = regexp_replace(file_head, '"annotations":\\{', '"annotations":{"backstage.io/orphan":"true",')
    where entity_id in ${among}`);
  await db.execute(sql`
    insert into entity_fields (entity_id, key, value)
    select id, 'metadata.annotations.backstage.io/orphan', 'true' from entities where id in ${among}`);
  await endMemberships(db, among);
  return gone.length;
}

async function replaceProblems(db: Db, input: SaveInput, problems: readonly FoundProblem[]): Promise<void> {
  const { locationId } = input;
  await db.execute(
    sql`delete from entity_problems where location_id = ${locationId} and ${isLookedAt(input, sql`file`)}`,
  );
  if (problems.length === 0) return;
  await db.execute(sql`
    insert into entity_problems (location_id, ref, severity, message, file, line, "column", path, target)
    select ${locationId}::uuid, ref, severity, message, file, line, "column", path, target
    from json_to_recordset(${JSON.stringify(problems.map(fitting))}::json) as p(ref text, severity text, message text,
      file text, line int, "column" int, path text, target text)`);
}

/** Problems quote files, which may hold anything: what the database cannot hold or index is cut. */
function fitting(problem: FoundProblem): FoundProblem {
  const clean = (text: string) => text.replaceAll("\0", "␀").toWellFormed();
  return {
    ...problem,
    message: clean(problem.message).slice(0, 1000),
    ref: problem.ref && Buffer.byteLength(problem.ref) <= 500 ? clean(problem.ref) : null,
    file: problem.file && clean(problem.file).slice(0, 1000),
    path: problem.path && clean(problem.path).slice(0, 500),
    target: problem.target && Buffer.byteLength(problem.target) <= 500 ? clean(problem.target) : null,
  };
}
