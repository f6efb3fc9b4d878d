import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import { importLocation } from "#server/catalog/import-location.ts";
import { ensureLocation } from "#server/catalog/register-location.ts";
import { type ImportResult, runImport } from "#server/catalog/run-import.ts";
import { memoryTree } from "#server/catalog/trees/memory-tree.ts";
import { makeOutside } from "#server/core/outside.ts";
import { as } from "./database.ts";
import { tamper } from "./event-chain.ts";

/** Imports documents that are given as text, as one location: the catalogue of a test. */
export async function importFiles(
  db: Db,
  target: string,
  files: Readonly<Record<string, string>>,
): Promise<ImportResult & { id: string }> {
  const ctx = as(db);
  const { id } = await ensureLocation(ctx, { type: "folder", target, isDemo: false });
  const tree = memoryTree(new Map(Object.entries(files)));
  const result = await runImport({ ctx, outside: makeOutside({ hosts: [] }) }, id, async () => ({
    tree,
    start: { folder: "" },
  }));
  return { id, ...result };
}

type Parts = { namespace?: string; metadata?: Record<string, unknown>; spec?: Record<string, unknown> };

/** One document of any kind as YAML (JSON is YAML), with what its kind needs filled in. */
export function documentText(kind: string, name: string, parts: Parts = {}): string {
  const isTemplate = kind === "Template";
  const needed: Record<string, Record<string, unknown>> = {
    Component: { type: "service", lifecycle: "production", owner: "nobody" },
    API: { type: "openapi", lifecycle: "production", owner: "nobody", definition: "openapi: 3.1.0" },
    Resource: { type: "database", owner: "nobody" },
    System: { owner: "nobody" },
    Domain: { owner: "nobody" },
    Group: { type: "team", children: [] },
    User: { memberOf: [] },
    Template: { type: "service", steps: [] },
  };
  const document = {
    apiVersion: isTemplate ? "scaffolder.backstage.io/v1beta3" : "backstage.io/v1alpha1",
    kind,
    metadata: { name, ...(parts.namespace ? { namespace: parts.namespace } : {}), ...parts.metadata },
    spec: { ...needed[kind], ...parts.spec },
  };
  return `${JSON.stringify(document)}\n`;
}

/** Several documents as one file. */
export const fileOf = (...documents: string[]): string => documents.join("---\n");

/** Imports a folder of this machine, as the command line does. */
export async function importFolder(db: Db, folder: string): Promise<ImportResult & { id: string }> {
  const ctx = as(db);
  const { id } = await ensureLocation(ctx, { type: "folder", target: folder, isDemo: false });
  return { id, ...(await importLocation({ ctx, outside: makeOutside({ hosts: [] }) }, { locationId: id })) };
}

/** Empties the catalogue and the event log, for tests of one file that look at all of it. */
export async function clearCatalogue(db: Db): Promise<void> {
  await tamper(
    db,
    "truncate locations, entities, entity_bodies, entity_fields, entity_relations, entity_problems, catalogue_state, events, event_chain, entity_versions, entity_overlays, entity_confirmations, entity_trust, truth_rounds, upkeep_items, owner_proposals cascade",
  );
}

/** Every reference in the catalogue, with those marked whose file is gone. */
export async function readRefs(db: Db): Promise<string[]> {
  const rows = await db.execute<{ ref: string; gone: boolean }>(
    sql`select ref, file_gone_at is not null as gone from entities order by ref`,
  );
  return rows.map(({ ref, gone }) => (gone ? `${ref} (gone)` : ref));
}

/** Every problem as `severity file:line message`, but for names that lead nowhere: most tests import a part of a catalogue. */
export async function readProblemLines(db: Db): Promise<string[]> {
  const rows = await db.execute<{ text: string }>(sql`
    select severity || ' ' || coalesce(file, '-') || ':' || coalesce(line::text, '-') || ' ' || message as text
    from entity_problems where target is null order by id`);
  return rows.map(({ text }) => text);
}

type Document = {
  metadata: Record<string, unknown>;
  spec: unknown;
  relations: { type: string; targetRef: string }[];
};

/** An entry's document as REST sends it, or null. */
export async function readDocument(db: Db, ref: string): Promise<Document | null> {
  const [row] = await db.execute<{ text: string }>(sql`
    select b.head || ',"relations":' || b.relations || '}' as text
    from entities e join entity_bodies b on b.entity_id = e.id where e.ref = ${ref}`);
  return row ? (JSON.parse(row.text) as Document) : null;
}

/** What must be empty after every change: rows in which bodies, fields, relations and entries contradict each other. */
export async function readContradictions(db: Db): Promise<unknown[]> {
  const stated = sql`
    select source_ref, json_agg(json_build_object('type', type, 'targetRef', target_ref)
      order by type, target_ref)::jsonb as list
    from (select distinct source_ref, type, target_ref from entity_relations) r group by source_ref`;
  return [
    ...(await db.execute(sql`
      select e.ref, b.relations, stated.list from entities e left join entity_bodies b on b.entity_id = e.id
      left join (${stated}) stated on stated.source_ref = e.ref
      where coalesce(stated.list, '[]') is distinct from b.relations::jsonb`)),
    ...(await db.execute(
      sql`select entity_id from entity_fields where entity_id not in (select id from entities)`,
    )),
    ...(await db.execute(
      sql`select origin_id from entity_relations where origin_id not in (select id from entities)`,
    )),
    ...(await db.execute(sql`
      select e.ref from entities e join entity_bodies b on b.entity_id = e.id
      where (b.head || '}')::jsonb->'metadata'->>'uid' is distinct from e.uid::text`)),
  ];
}
