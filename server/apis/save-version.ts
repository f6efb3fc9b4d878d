import { and, desc, eq, sql } from "drizzle-orm";
import { apiComparisons, apiVersions } from "#db/schema/apis.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";
import "./events.ts";
import type { Version } from "./compare/compare-definitions.ts";
import { type ApiComparison, type ApiModel, type ApiOverview, apiLimits } from "./model.ts";
import type { DefinitionReader } from "./reading/definition-reader.ts";
import { readerVersion } from "./reading/failed.ts";

export type FoundDefinition = {
  ref: string;
  locationId: string;
  type: string | null;
  text: string;
  /** SHA-256 of the text. */
  contentHash: string;
  entryHash: string;
  commit: string | null;
};

const columnsOf = (model: ApiModel) => ({
  reader: readerVersion,
  overview: JSON.stringify(model.overview),
  operations: model.operations,
  schemas: model.schemas,
});

/**
 * Keeps a new version and compares it with each that is kept of the same API, so that no request has to. The oldest
 * beyond the limit go.
 */
export async function saveVersion(
  ctx: Ctx,
  found: FoundDefinition,
  model: ApiModel,
  reader: DefinitionReader,
): Promise<void> {
  const earlier = await readNumbers(ctx, found);
  const kept = earlier.slice(0, apiLimits.versions - 1);
  const comparisons = new Map<number, ApiComparison>();
  for (const { id } of kept) {
    const version = await readVersion(ctx, id);
    const comparison = version && (await reader.compare(version, { model, text: found.text }));
    if (comparison) comparisons.set(id, comparison);
  }
  const [last] = kept;
  const toLast = last && comparisons.get(last.id);
  await inTransaction(ctx, async (tx) => {
    const { ref: entityRef, locationId, type, contentHash, entryHash, text, commit } = found;
    const counts = { changes: toLast?.total ?? null, breaking: toLast?.breaking ?? null };
    const number = (last?.number ?? 0) + 1;
    const [made] = await tx.db
      .insert(apiVersions)
      .values({
        entityRef,
        locationId,
        number,
        type,
        contentHash,
        entryHash,
        text,
        commit,
        seenAt: tx.now(),
        ...counts,
        ...columnsOf(model),
      })
      .onConflictDoNothing()
      .returning({ id: apiVersions.id });
    if (!made) return;
    for (const [fromId, { changes, ...rest }] of comparisons)
      await tx.db
        .insert(apiComparisons)
        .values({ fromId, toId: made.id, changes: JSON.stringify(changes), ...rest });
    for (const { id } of earlier.slice(apiLimits.versions - 1))
      await tx.db.delete(apiVersions).where(eq(apiVersions.id, id));
    if (last)
      await record(tx, {
        type: "definition.changed",
        subjectId: entityRef,
        payload: { version: number, commit, ...counts },
      });
  });
}

/** The same text, read anew by a later release. What was found before by comparing stands. */
export async function rereadVersion(
  ctx: Ctx,
  id: number,
  found: FoundDefinition,
  model: ApiModel,
): Promise<void> {
  await ctx.db
    .update(apiVersions)
    .set({ entryHash: found.entryHash, ...columnsOf(model) })
    .where(eq(apiVersions.id, id));
}

/** Something else of the entry changed, and the definition did not. */
export async function touchVersion(ctx: Ctx, id: number, entryHash: string): Promise<void> {
  await ctx.db.update(apiVersions).set({ entryHash }).where(eq(apiVersions.id, id));
}

const readNumbers = (ctx: Ctx, { ref, locationId }: FoundDefinition) =>
  ctx.db
    .select({ id: apiVersions.id, number: apiVersions.number })
    .from(apiVersions)
    .where(and(eq(apiVersions.entityRef, ref), eq(apiVersions.locationId, locationId)))
    .orderBy(desc(apiVersions.number));

async function readVersion(ctx: Ctx, id: number): Promise<Version | null> {
  const [row] = await ctx.db.execute<{
    overview: string;
    operations: string;
    schemas: string;
    text: string;
  }>(sql`
    select overview, operations::text as operations, schemas::text as schemas, text from api_versions where id = ${id}`);
  return (
    (row && {
      model: {
        overview: JSON.parse(row.overview) as ApiOverview,
        operations: JSON.parse(row.operations) as ApiModel["operations"],
        schemas: JSON.parse(row.schemas) as ApiModel["schemas"],
      },
      text: row.text,
    }) ??
    null
  );
}
