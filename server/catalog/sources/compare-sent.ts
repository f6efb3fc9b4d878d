import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import { takeTurns } from "#server/core/take-turns.ts";
import { fieldChanges } from "../history/field-changes.ts";
import type { SentEntry } from "./judge-sent.ts";
import type { SourceDifference } from "./model.ts";

/** `storedCount`: how many entries the source has now. */
export type Difference = SourceDifference & { storedCount: number };

type Known = {
  ref: string;
  isOwn: boolean;
  isPortal: boolean;
  isGone: boolean;
  contentHash: string;
  target: string;
};

/** What would change in a location if it held these entries. Writes nothing. */
export async function compareSent(
  db: Db,
  locationId: string,
  entries: readonly SentEntry[],
  removed: readonly string[] | "all others",
): Promise<Difference> {
  const known = await readKnown(db, locationId, entries);
  const own = [...known.values()].filter(({ isOwn }) => isOwn);
  const sent = new Set(entries.map(({ entry }) => entry.ref));
  const leaving = removed === "all others" ? null : new Set(removed);
  const difference: Difference = {
    added: [],
    changed: [],
    unchanged: 0,
    removed: own.filter(({ ref }) => !sent.has(ref) && (leaving?.has(ref) ?? true)).map(({ ref }) => ref),
    refused: [],
    storedCount: own.length,
  };
  const changed: SentEntry[] = [];
  for (const item of entries) {
    const { ref, contentHash } = item.entry;
    const before = known.get(ref);
    if (!before) difference.added.push(ref);
    else if (!before.isOwn && !before.isGone && !before.isPortal)
      difference.refused.push({ ref, message: `${ref} comes from ${before.target}, which keeps it` });
    else if (before.isOwn && !before.isGone && before.contentHash === contentHash) difference.unchanged += 1;
    else changed.push(item);
  }
  difference.changed = await changedFields(db, changed);
  difference.added.sort();
  difference.removed.sort();
  return difference;
}

async function readKnown(
  db: Db,
  locationId: string,
  entries: readonly SentEntry[],
): Promise<Map<string, Known>> {
  const refs = JSON.stringify(entries.map(({ entry }) => entry.ref));
  const rows = await db.execute<Known>(sql`
    select e.ref, e.location_id = ${locationId} as "isOwn", l.type = 'portal' as "isPortal",
      e.file_gone_at is not null as "isGone", e.content_hash as "contentHash", l.target
    from entities e join locations l on l.id = e.location_id
    where e.location_id = ${locationId} or e.ref in (select json_array_elements_text(${refs}::json))`);
  return new Map(rows.map((row) => [row.ref, row]));
}

async function changedFields(db: Db, changed: readonly SentEntry[]): Promise<SourceDifference["changed"]> {
  if (changed.length === 0) return [];
  const refs = JSON.stringify(changed.map(({ entry }) => entry.ref));
  const rows = await db.execute<{ ref: string; document: string }>(sql`
    select e.ref, coalesce(b.file_head, b.head) || '}' as document
    from entities e join entity_bodies b on b.entity_id = e.id
    where e.ref in (select json_array_elements_text(${refs}::json))`);
  const before = new Map(rows.map(({ ref, document }) => [ref, document]));
  const found: SourceDifference["changed"] = [];
  const letOthersRun = takeTurns();
  for (const { entry, value } of changed) {
    const old = JSON.parse(before.get(entry.ref) ?? "{}") as Record<string, unknown>;
    const now = { ...value, metadata: { namespace: entry.namespace, ...(value.metadata as object) } };
    found.push({ ref: entry.ref, fields: [...new Set(fieldChanges(old, now).map(({ at }) => at))] });
    await letOthersRun();
  }
  return found.sort((a, b) => (a.ref < b.ref ? -1 : 1));
}
