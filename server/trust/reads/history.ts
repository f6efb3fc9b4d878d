import { structuredPatch } from "diff";
import { type SQL, sql } from "drizzle-orm";
import type { FieldChange } from "#db/schema/trust.ts";
import { changeWords } from "#server/catalog/history/change-words.ts";
import { mayReadSource } from "#server/catalog/reads/readable-sources.ts";
import { isVisible } from "#server/catalog/visible-entities.ts";
import { type Actor, isInsider } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { notFound } from "#server/core/errors.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import { ReadHistory, type ReadVersion } from "../inputs.ts";
import { loadEntry } from "../load-entry.ts";
import { commitAddress } from "./source-addresses.ts";

export type HistoryItem = {
  id: string;
  at: Date;
  /** What it was in a word or two: "Appeared", "Changed", "Confirmed". */
  title: string;
  /** What changed, each a short sentence. */
  changes: string[];
  by: string | null;
  commit: { sha: string; url: string | null; title: string | null } | null;
  /** The number of the version whose difference can be read; null where there is none or the actor may not read it. */
  diff: number | null;
};

export type HistoryPage = { items: HistoryItem[]; nextCursor: string | null };

type Row = {
  id: string;
  at: string;
  k0: string;
  origin: "version" | "event";
  type: string;
  changes: FieldChange[];
  payload: Record<string, unknown>;
  by: string | null;
  commit: string | null;
  commitTitle: string | null;
  sourceUrl: string | null;
  file: string | null;
  line: number | null;
  hasDiff: boolean;
};

/** What people did to an entry in the portal, as the audit log has it. */
const eventTypes = [
  "entry.confirmed",
  "entry.overlay-added",
  "entry.overlay-removed",
  "entry.owner-proposed",
  "entry.owner-withdrawn",
  "entry.upkeep-closed",
];

/** What imports and people did to an entry, the newest first. Throws not found. */
export async function readHistory(ctx: Ctx, input: ReadHistory): Promise<HistoryPage> {
  const { ref, cursor, limit } = ReadHistory.parse(input);
  const entry = await loadEntry(ctx, ref);
  const [at, origin, id] = cursor ? readCursor(cursor, ["time", "text", "whole"]) : [null, null, null];
  const after = (own: "version" | "event", time: SQL, number: SQL): SQL =>
    at === null
      ? sql`true`
      : sql`(${time}, ${own}::text, ${number}) < (${at}::timestamptz, ${origin}::text, ${id}::bigint)`;
  const rows = await ctx.db.execute<Row>(sql`
    with names as materialized (
      select ref from entity_versions where entity_uid = ${entry.uid} union select ${entry.ref}
    ), page as (
      (select v.id, v.at, 'version' as origin, v.change as type, v.changes, '{}'::jsonb as payload,
        v.author, v.commit, v.source_url, v.file, v.line, v.location_id, v.before is not null as has_before
      from entity_versions v where v.entity_uid = ${entry.uid} and ${after("version", sql`v.at`, sql`v.id`)}
      order by v.id desc limit ${limit + 1})
      union all
      (select e.id, e.at, 'event', e.type, '[]'::jsonb, e.payload, e.actor_name, null, null, null, null, null, false
      from events e where e.subject_type = 'entry' and e.subject_id in (select ref from names)
        and e.type = any(${sql.param(knownEvents(ctx.actor))}::text[]) and ${after("event", sql`e.at`, sql`e.id`)}
      order by e.id desc limit ${limit + 1})
    )
    select p.id, p.at, p.at::text as k0, p.origin, p.type, p.changes, p.payload,
      coalesce(p.author, r.by, c.author) as by, coalesce(c.sha, p.commit) as commit, c.title as "commitTitle",
      p.source_url as "sourceUrl", p.file, p.line,
      p.has_before and exists (select 1 from locations l where l.id = p.location_id and ${mayReadSource(ctx.actor)}) as "hasDiff"
    from page p
    left join lateral (
      select e.actor_name as by from events e join locations l on l.id = p.location_id and l.type = 'portal'
      where e.subject_type = 'portal-entry' and e.subject_id = ${entry.ref} and e.at <= p.at + interval '1 minute'
      order by e.id desc limit 1) r on true
    left join lateral (${commitBehind(ctx.actor)}) c on true
    order by p.at desc, p.origin desc, p.id desc limit ${limit + 1}`);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => itemOf(forActor(ctx.actor, row))),
    nextCursor: rows.length > limit && last ? writeCursor([last.k0, last.origin, Number(last.id)]) : null,
  };
}

/** Other teams' names stand in what was said about owners and in relations: not for guests, who may not know of them. */
const knownEvents = (actor: Actor): string[] =>
  isInsider(actor) ? eventTypes : eventTypes.filter((type) => !type.startsWith("entry.owner"));

const forActor = (actor: Actor, row: Row): Row =>
  isInsider(actor) ? row : { ...row, changes: row.changes.filter(({ at }) => at.startsWith("/metadata/")) };

/** For those who may read the repository, whose commits are contents too: of the commits that pushes told of, the newest that touched the file before this import, where it is the only one. */
const commitBehind = (actor: Actor) => sql`
  select c.sha, c.author, c.title from catalogue_commits c
  where p.origin = 'version' and p.type <> 'gone' and p.author is null
    and c.slug = lower(substring(p.source_url from '^https?://[^/]+/([^/]+/[^/]+)/'))
    and c.at <= p.at and c.at > p.at - interval '2 days' and p.file = any(c.paths)
    and exists (select 1 from locations l where l.id = p.location_id and ${mayReadSource(actor)})
  order by c.at desc limit 1`;

const titles: Readonly<Record<string, string>> = {
  appeared: "Appeared",
  changed: "Changed",
  gone: "File is gone",
  returned: "Came back",
  "taken-over": "Read from another source",
  renamed: "Renamed",
  "entry.confirmed": "Confirmed",
  "entry.overlay-added": "Added in the portal",
  "entry.overlay-removed": "Addition taken back",
  "entry.owner-proposed": "New owner named",
  "entry.owner-withdrawn": "Named owner taken back",
  "entry.upkeep-closed": "Put right",
};

function changesOf(row: Row): string[] {
  if (row.origin === "event") return eventWords(row);
  if (row.type === "appeared") return [`First seen in ${row.file}, line ${row.line}`];
  return row.type === "changed" && row.changes.length === 0
    ? ["Comments or layout only"]
    : row.changes.map(changeWords);
}

function itemOf(row: Row): HistoryItem {
  return {
    id: `${row.origin}-${row.id}`,
    at: new Date(row.at),
    title: titles[row.type] ?? row.type,
    changes: changesOf(row),
    by: row.by,
    commit: row.commit
      ? { sha: row.commit, url: commitAddress(row.sourceUrl, row.commit), title: row.commitTitle }
      : null,
    diff: row.hasDiff ? Number(row.id) : null,
  };
}

function eventWords({ type, payload }: Row): string[] {
  const text = (key: string) => (typeof payload[key] === "string" ? payload[key] : "");
  if (type === "entry.confirmed")
    return [text("fact") === "" ? "Still right" : `Still right: ${text("fact").split("/").at(-1)}`];
  if (type === "entry.owner-proposed") return [`${text("ownerRef")} is to take it over`];
  if (type === "entry.owner-withdrawn") return [text("ownerRef")];
  if (type === "entry.upkeep-closed") return [text("note")];
  return [`${text("kind") === "link" ? "Link" : "Annotation"} ${text("key")}`];
}

export type DiffLine = { kind: "added" | "removed" | "same"; text: string; line: number };
/** Parts of the text with changes in them; null where the two texts are too different to be laid side by side. */
export type VersionDiff = { file: string; hunks: { lines: DiffLine[] }[] | null };

/** The difference that one version made in the document's text, for those who may read its repository. Throws not found. */
export async function readVersion(ctx: Ctx, input: ReadVersion): Promise<VersionDiff> {
  const [row] = await ctx.db.execute<{ file: string; before: string; after: string }>(sql`
    select v.file, v.before, coalesce((
      select n.before from entity_versions n where n.entity_uid = v.entity_uid and n.id > v.id and n.before is not null
      order by n.id limit 1), b.yaml) as after
    from entity_versions v join entities e on e.uid = v.entity_uid join entity_bodies b on b.entity_id = e.id
    join locations l on l.id = v.location_id
    where v.id = ${input.id} and v.before is not null and ${isVisible(ctx.actor)} and ${mayReadSource(ctx.actor)}`);
  if (!row) throw notFound("This version is not kept any more, or you may not read its repository");
  const options = { context: 3, timeout: 300 };
  const patch = structuredPatch(row.file, row.file, row.before, row.after, "", "", options);
  return {
    file: row.file,
    hunks: patch
      ? patch.hunks.map(({ lines, newStart, oldStart }) => ({ lines: numbered(lines, oldStart, newStart) }))
      : null,
  };
}

function numbered(lines: readonly string[], oldStart: number, newStart: number): DiffLine[] {
  const at = { old: oldStart, now: newStart };
  return lines
    .filter((line) => !line.startsWith("\\"))
    .map((line) => {
      const text = line.slice(1);
      if (line.startsWith("-")) return { kind: "removed" as const, text, line: at.old++ };
      if (line.startsWith("+")) return { kind: "added" as const, text, line: at.now++ };
      at.old += 1;
      return { kind: "same" as const, text, line: at.now++ };
    });
}
