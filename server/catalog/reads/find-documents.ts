import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { Predicate } from "../entity-predicate.ts";
import { visibleTo } from "../policy.ts";
import { cachedAnswer } from "./cached-answer.ts";
import { headText } from "./document-text.ts";
import { allOf } from "./filter-entities.ts";
import { predicateCondition } from "./predicate-sql.ts";
import { relationsText } from "./relations.ts";

type Row = { ref: string; head: string; relations: string };

const read = (ctx: Ctx, where: SQL) =>
  ctx.db.execute<Row>(sql`
    select e.ref, ${headText(ctx.actor)} as head, ${relationsText(ctx.actor)} as relations
    from entities e join entity_bodies b on b.entity_id = e.id where ${allOf([where, visibleTo(ctx.actor)])}`);

const textOf = ({ head, relations }: Row) => `${head},"relations":${relations}}`;

/** One entry as JSON text, or null. */
export async function findDocument(ctx: Ctx, ref: string): Promise<string | null> {
  const { text } = await cachedAnswer(ctx, ["document", ref], async () => {
    const [row] = await read(ctx, sql`e.ref = ${ref}`);
    return { text: row ? textOf(row) : "", mayKeep: row !== undefined && !ref.startsWith("api:") };
  });
  return text === "" ? null : text;
}

export async function findDocumentByUid(ctx: Ctx, uid: string): Promise<string | null> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uid)) return null;
  const [row] = await read(ctx, sql`e.uid = ${uid}::uuid`);
  return row ? textOf(row) : null;
}

/** Entries as JSON text, in the order of the references (lower case); null for each that is not there. */
export async function findDocuments(
  ctx: Ctx,
  refs: readonly string[],
  filter: Predicate | null,
): Promise<(string | null)[]> {
  if (refs.length === 0) return [];
  const among = sql`e.ref in (select json_array_elements_text(${JSON.stringify([...new Set(refs)])}::json))`;
  const rows = await read(ctx, allOf([among, filter ? predicateCondition(ctx.actor, filter) : null]));
  const texts = new Map(rows.map((row) => [row.ref, textOf(row)]));
  return refs.map((ref) => texts.get(ref) ?? null);
}

/** What one location has in the catalogue, at most a thousand entries, each with the address of its file. */
export async function findDocumentsOfLocation(
  ctx: Ctx,
  locationId: string,
): Promise<{ file: string; text: string }[]> {
  const rows = await ctx.db.execute<Row & { file: string }>(sql`
    select e.ref, coalesce(e.source_url, e.file) as file, ${headText(ctx.actor)} as head,
      ${relationsText(ctx.actor)} as relations
    from entities e join entity_bodies b on b.entity_id = e.id
    where e.location_id = ${locationId}::uuid and ${visibleTo(ctx.actor)} order by e.ref limit 1000`);
  return rows.map((row) => ({ file: row.file, text: textOf(row) }));
}
