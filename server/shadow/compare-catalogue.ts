import { sql } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { parseAddress } from "#server/catalog/location-address.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";
import { type Comparison, compareEntity, relationKeys } from "./compare-entity.ts";
import type { LocationUse, ShadowSummary, ShadowVerdict } from "./model.ts";
import { endReading, type Reading, type Step, takeStep } from "./reading.ts";
import { makeTally, type Tally } from "./tally.ts";
import "./events.ts";

type Work = { ctx: Ctx; reading: Reading; signal: AbortSignal; onStep?: (step: Step) => void };

const batchSize = 250;

type Row = { ref: string; kind: string; document: string; ours: string | null };

/**
 * Compares what was read with our catalogue, entry by entry, and ends the reading with the sum. Where neither side has
 * changed since the last time, the sum of then stands.
 */
export async function compareCatalogue(work: Work, address: string): Promise<void> {
  const { ctx, reading } = work;
  const [state] = await ctx.db.execute<{
    version: string | null;
    compared: string | null;
    summary: ShadowSummary | null;
  }>(sql`
    select (select version::text from catalogue_state) as version, compared_version::text as compared, summary
    from shadows where connection_id = ${reading.connectionId}`);
  const version = state?.version ?? null;
  if (version !== null && version === state?.compared && state.summary)
    return inTransaction(ctx, (tx) => endReading(tx, reading, { state: "done", readAt: tx.now() }));
  const tally = makeTally();
  await compareAll(work, tally);
  const locationOf = await registeredLocations(ctx);
  await inTransaction(ctx, async (tx) => {
    const summary = tally.close(await writeExtra(tx, reading), locationOf);
    const end = { state: "done" as const, readAt: tx.now(), summary, comparedVersion: version };
    await endReading(tx, reading, end);
    const { theirs: _, ...verdicts } = summary.entities;
    if (JSON.stringify(summary) !== JSON.stringify(state?.summary))
      await record(tx, {
        type: "shadow.compared",
        subjectId: reading.connectionId,
        payload: { address, ...verdicts },
      });
  });
}

async function compareAll(work: Work, tally: Tally): Promise<void> {
  const { ctx, reading } = work;
  const all = sql`s.connection_id = ${reading.connectionId} and s.document is not null`;
  const [count] = await ctx.db.execute<{ total: number }>(
    sql`select count(*)::int as total from shadow_entities s where ${all}`,
  );
  const total = count?.total ?? 0;
  // Always from the beginning: the sum lives in memory, and comparing takes seconds.
  for (let after = "", done = 0; ; ) {
    work.signal.throwIfAborted();
    const rows = await ctx.db.execute<Row>(sql`
      select s.ref, s.kind, s.document, b.head || ',"relations":' || b.relations || '}' as ours
      from shadow_entities s left join entities e on e.ref = s.ref left join entity_bodies b on b.entity_id = e.id
      where ${all} and s.ref > ${after} collate "C" order by s.ref limit ${batchSize}`);
    const last = rows.at(-1);
    if (!last) return;
    const compared = rows.map((row) => compareRow(row, tally));
    after = last.ref;
    done += rows.length;
    const step: Step = { phase: "comparing", cursor: null, done, total };
    await takeStep(ctx, reading, step, (tx) => writeCompared(tx, reading, compared));
    work.onStep?.(step);
  }
}

type Compared = { ref: string; verdict: ShadowVerdict; comparison: Comparison | null };

function compareRow({ ref, kind, document: text, ours }: Row, tally: Tally): Compared {
  const document = JSON.parse(text) as Record<string, unknown>;
  const comparison = ours ? compareEntity(document, JSON.parse(ours) as Record<string, unknown>) : null;
  const verdict = verdictOf(ref, comparison);
  const statedRelations = comparison ? 0 : relationKeys(document.relations).size;
  tally.add({ kind, verdict, document, comparison, statedRelations });
  return { ref, verdict, comparison };
}

/** Backstage makes a Location of its own for each address that is registered there. */
function verdictOf(ref: string, comparison: Comparison | null): ShadowVerdict {
  if (!comparison) return /^location:[^/]+\/generated-[0-9a-f]{40}$/.test(ref) ? "internal" : "missing";
  return comparison.fields.length > 0 || comparison.relations.length > 0 ? "different" : "equal";
}

async function writeCompared(tx: Ctx, { connectionId }: Reading, compared: readonly Compared[]) {
  const rows = compared.map(({ ref, verdict, comparison }) => ({
    ref,
    verdict,
    equal: comparison?.equalRelations ?? 0,
    fields: comparison && comparison.fields.length > 0 ? comparison.fields : null,
    relations: comparison && comparison.relations.length > 0 ? comparison.relations.slice(0, 200) : null,
  }));
  const list = JSON.stringify(rows).toWellFormed();
  await tx.db.execute(sql`
    update shadow_entities s set verdict = r.verdict, fields = r.fields, relations = r.relations, equal_relations = r.equal
    from json_to_recordset(${list}::json)
      as r(ref text, verdict text, equal int, fields jsonb, relations jsonb)
    where s.connection_id = ${connectionId} and s.ref = r.ref
      and (s.verdict, s.fields, s.relations, s.equal_relations)
        is distinct from (r.verdict, r.fields, r.relations, r.equal)`);
}

/** What we have and Backstage does not; the demo organisation is nobody's. */
async function writeExtra(
  tx: Ctx,
  { connectionId, run }: Reading,
): Promise<{ entities: number; relations: number }> {
  await tx.db.execute(
    sql`delete from shadow_entities where connection_id = ${connectionId} and verdict = 'extra'`,
  );
  const [row] = await tx.db.execute<{ entities: number; relations: number }>(sql`
    with added as (
      insert into shadow_entities (connection_id, ref, kind, seen_run, verdict)
      select ${connectionId}::uuid, e.ref, e.kind_key, ${run}::int, 'extra' from entities e
      where not e.is_demo and octet_length(e.ref) <= 1000 and not exists (
        select from shadow_entities s where s.connection_id = ${connectionId} and s.ref = e.ref)
      returning ref)
    select count(*)::int as entities, coalesce(sum((
      select count(distinct (r.type, r.target_ref)) from entity_relations r where r.source_ref = added.ref)), 0)::int as relations
    from added`);
  return row ?? { entities: 0, relations: 0 };
}

/** Whether an origin of Backstage's is among our sources: the same file, its repository, or a folder above it. */
async function registeredLocations(
  ctx: Ctx,
): Promise<(origin: string) => Pick<LocationUse, "isRegistered" | "address">> {
  const rows = await ctx.db.select({ target: locations.target }).from(locations);
  const targets = new Set(rows.map(({ target }) => target));
  return (origin) => {
    const place = origin.slice(origin.indexOf(":") + 1);
    if (!/^url:https?:/.test(origin))
      return { isRegistered: [...targets].some((it) => isBelow(place, it)), address: null };
    try {
      const parsed = parseAddress(place);
      const names = [parsed.target, ...(parsed.type === "git" ? [parsed.repository] : [])];
      return { isRegistered: names.some((name) => targets.has(name)), address: place };
    } catch {
      return { isRegistered: false, address: null };
    }
  };
}

const isBelow = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
