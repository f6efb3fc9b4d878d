import { type SQL, sql } from "drizzle-orm";
import { type Actor, isInsider } from "#server/core/actor.ts";
import type { EntityListItem, Verdict } from "../model.ts";
import { isVisible } from "../visible-entities.ts";

/** A row of a list as it comes from the database: moments as milliseconds. */
export type ItemRow = Omit<EntityListItem, "fileGoneAt" | "updatedAt"> & {
  fileGoneAt: number | null;
  updatedAt: number;
};

export const milliseconds = (column: SQL): SQL => sql`(extract(epoch from ${column}) * 1000)::float8`;

/** What a list takes of `entities e`. */
export const ownColumns: SQL = sql`e.ref, e.kind, e.namespace, e.name, e.title, e.description, e.type, e.lifecycle,
  e.owner_ref, e.system_ref, e.tags, e.verdict, e.file_gone_at, e.updated_at, e.display_key`;

const problemCount = sql`(
  select count(*)::int from entity_problems p where p.ref = page.ref and p.severity <> 'info')`;

/** What a list shows of a page of `ownColumns` called `page`, with the titles of owners and systems. */
export const itemColumns = (
  actor: Actor,
): SQL => sql`page.ref, page.kind, page.namespace, page.name, page.title,
  left(page.description, 500) as description, page.type, page.lifecycle, page.owner_ref as "ownerRef",
  coalesce(owner.title, owner.name) as "ownerTitle",
  (owner.ref is not null and owner.file_gone_at is null) as "isOwnerKnown", page.system_ref as "systemRef",
  coalesce(system.title, system.name) as "systemTitle", page.tags, page.verdict,
  ${isInsider(actor) ? problemCount : sql`0`} as "problemCount",
  exists (select 1 from entity_trust t where t.ref = page.ref and t.state = 'stale') as "isStale",
  ${milliseconds(sql`page.file_gone_at`)} as "fileGoneAt", ${milliseconds(sql`page.updated_at`)} as "updatedAt"`;

export const itemJoins = (actor: Actor): SQL => sql`
  left join entities owner on owner.ref = page.owner_ref and ${isVisible(actor, sql`owner`)}
  left join entities system on system.ref = page.system_ref and ${isVisible(actor, sql`system`)}`;

export function itemOf(row: ItemRow): EntityListItem {
  return {
    ref: row.ref,
    kind: row.kind,
    namespace: row.namespace,
    name: row.name,
    title: row.title,
    description: row.description,
    type: row.type,
    lifecycle: row.lifecycle,
    ownerRef: row.ownerRef,
    ownerTitle: row.ownerTitle,
    isOwnerKnown: row.isOwnerKnown,
    systemRef: row.systemRef,
    systemTitle: row.systemTitle,
    tags: row.tags,
    verdict: row.verdict as Verdict,
    problemCount: row.problemCount,
    fileGoneAt: row.fileGoneAt === null ? null : new Date(row.fileGoneAt),
    isStale: row.isStale,
    updatedAt: new Date(row.updatedAt),
  };
}
