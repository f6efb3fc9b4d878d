import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { sha256 } from "#server/core/crypto.ts";
import type { DefinitionReader } from "./reading/definition-reader.ts";
import { readerVersion } from "./reading/failed.ts";
import { clean } from "./reading/reading.ts";
import { type FoundDefinition, rereadVersion, saveVersion, touchVersion } from "./save-version.ts";

type Row = {
  ref: string;
  type: string | null;
  entryHash: string;
  head: string;
  commit: string | null;
  versionId: string | null;
  versionType: string | null;
  contentHash: string | null;
  reader: number | null;
};

/**
 * Reads what is new or changed among the definitions of one location and keeps it as a version, compared with those
 * before it. Idempotent; answers with the number of definitions that were read.
 */
export async function followLocation(
  ctx: Ctx,
  locationId: string,
  reader: DefinitionReader,
  signal?: AbortSignal,
): Promise<number> {
  await removeLeftBehind(ctx);
  let count = 0;
  for (const ref of await readChanged(ctx, locationId)) {
    signal?.throwIfAborted();
    if (await followEntry(ctx, locationId, ref, reader)) count += 1;
  }
  return count;
}

const newest = sql`left join lateral (
  select v.id, v.type, v.content_hash, v.entry_hash, v.reader from api_versions v
  where v.entity_ref = e.ref and v.location_id = e.location_id order by v.number desc limit 1) v on true`;

async function readChanged(ctx: Ctx, locationId: string): Promise<string[]> {
  const rows = await ctx.db.execute<{ ref: string }>(sql`
    select e.ref from entities e ${newest}
    where e.location_id = ${locationId} and e.kind_key = 'api' and e.file_gone_at is null
      and (v.id is null or v.entry_hash <> e.content_hash or v.reader < ${readerVersion})
    order by e.ref`);
  return rows.map(({ ref }) => ref);
}

/** One at a time: a definition may have ten megabytes. */
async function followEntry(
  ctx: Ctx,
  locationId: string,
  ref: string,
  reader: DefinitionReader,
): Promise<boolean> {
  const [row] = await ctx.db.execute<Row>(sql`
    select e.ref, e.type, e.content_hash as "entryHash", b.head, l.commit, v.id as "versionId",
      v.type as "versionType", v.content_hash as "contentHash", v.reader
    from entities e join entity_bodies b on b.entity_id = e.id join locations l on l.id = e.location_id ${newest}
    where e.ref = ${ref} and e.location_id = ${locationId}`);
  const text = row && definitionOf(row.head);
  if (!row || !text) return false;
  const found: FoundDefinition = {
    ref,
    locationId,
    type: row.type,
    text,
    contentHash: sha256(text).toString("hex"),
    entryHash: row.entryHash,
    commit: row.commit,
  };
  const isSame = row.contentHash === found.contentHash && row.versionType === row.type;
  const versionId = Number(row.versionId);
  if (isSame && row.reader === readerVersion) {
    await touchVersion(ctx, versionId, found.entryHash);
    return false;
  }
  const model = await reader.read(row.type, text);
  if (isSame) await rereadVersion(ctx, versionId, found, model);
  else await saveVersion(ctx, found, model, reader);
  return true;
}

/** The text of `spec.definition`; null where there is none, or a placeholder that could not be filled in. */
function definitionOf(head: string): string | null {
  const { spec } = JSON.parse(`${head}}`) as { spec?: { definition?: unknown } | null };
  const definition = spec?.definition;
  return typeof definition === "string" && definition !== "" ? clean(definition) : null;
}

/** What belongs to no entry any more: its API was removed, or comes from another location now. */
export async function removeLeftBehind(ctx: Ctx): Promise<void> {
  await ctx.db.execute(sql`
    delete from api_versions v where not exists (
      select 1 from entities e where e.ref = v.entity_ref and e.location_id = v.location_id)`);
}
