import { sql } from "drizzle-orm";
import { formatRef } from "#server/catalog/entity-ref.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { findDomainError } from "#server/core/errors.ts";
import type { Keyring } from "#server/core/keyring.ts";
import type { Outside } from "#server/core/outside.ts";
import {
  type CatalogReader,
  type ListedPage,
  makeCatalogReader,
} from "#server/integrations/backstage/catalog-reader.ts";
import { compareCatalogue } from "./compare-catalogue.ts";
import { claimReading, endReading, type Reading, ReadingStopped, type Step, takeStep } from "./reading.ts";
import { findShadow, openToken } from "./shadow-rows.ts";

export type ReadingTools = {
  ctx: Ctx;
  keyring: () => Keyring;
  outsideFor: (connection: { hosts: string[]; privateRanges: readonly string[]; ca?: string }) => Outside;
  signal: AbortSignal;
  onStep?: (step: Step) => void;
};

type Work = ReadingTools & { reading: Reading; reader: CatalogReader };

const batchSize = 100;

/**
 * Reads the Backstage that is followed and compares it with our catalogue: lists its entries with their etags, fetches
 * those that changed, compares. After each page the place is kept, so that an interrupted reading goes on from there.
 * What ends it is told in its row; what is a bug is thrown besides.
 */
export async function readBackstage(tools: ReadingTools): Promise<void> {
  const { ctx } = tools;
  const { id, settings } = await findShadow(ctx.db);
  const reading = await claimReading(ctx, id);
  const { address, ca, privateRanges } = settings;
  try {
    const token = await openToken(ctx.db, id, tools.keyring());
    const outside = tools.outsideFor({
      hosts: [new URL(address).host],
      privateRanges,
      ...(ca ? { ca } : {}),
    });
    try {
      const reader = makeCatalogReader(outside, { address, token }, tools.signal);
      const work = { ...tools, reading, reader };
      if (reading.phase === "listing") await list(work);
      if (reading.phase === "fetching") await fetchChanged(work);
      await compareCatalogue(work, address);
    } finally {
      await outside.close();
    }
  } catch (error) {
    // A process that is told to end leaves the reading as it is, for the next one to go on.
    if (error instanceof ReadingStopped || tools.signal.aborted) throw error;
    const failure =
      findDomainError(error)?.message ?? "Something went wrong while reading: see the log of the worker";
    await inTransaction(ctx, (tx) => endReading(tx, reading, { state: "failed", failure })).catch(() => {});
    throw error;
  }
}

async function step(work: Work, to: Step, write?: (tx: Ctx) => Promise<unknown>): Promise<void> {
  work.signal.throwIfAborted();
  await takeStep(work.ctx, work.reading, to, write);
  work.onStep?.(to);
}

async function list(work: Work): Promise<void> {
  let { cursor } = work.reading;
  let done = 0;
  do {
    const page = await work.reader.list(cursor);
    done += page.items.length;
    cursor = page.next;
    const isLast = cursor === null || page.items.length === 0;
    const to: Step = isLast
      ? { phase: "fetching", cursor: null, done: 0, total: 0 }
      : { phase: "listing", cursor, done, total: Math.max(done, page.total) };
    await step(work, to, async (tx) => {
      await writeListed(tx, work.reading, page.items);
      if (isLast) await forgetUnseen(tx, work.reading);
    });
    if (isLast) return;
  } while (cursor !== null);
}

async function writeListed(tx: Ctx, reading: Reading, items: ListedPage["items"]): Promise<void> {
  const rows = new Map(
    items.map((item) => {
      const ref = formatRef(item);
      // Without an etag nobody knows whether it changed.
      return [ref, { ref, kind: item.kind.toLowerCase(), etag: item.etag ?? `unknown ${reading.run}` }];
    }),
  );
  await tx.db.execute(sql`
    insert into shadow_entities (connection_id, ref, kind, etag, seen_run)
    select ${reading.connectionId}::uuid, r.ref, r.kind, r.etag, ${reading.run}::int
    from json_to_recordset(${JSON.stringify([...rows.values()])}::json) as r(ref text, kind text, etag text)
    where octet_length(r.ref) <= 1000
    on conflict (connection_id, ref) do update set kind = excluded.kind, etag = excluded.etag,
      seen_run = excluded.seen_run, verdict = nullif(shadow_entities.verdict, 'extra')`);
}

/** What this reading did not list is gone there. A new comparison is due then, which the emptied version says. */
async function forgetUnseen(tx: Ctx, { connectionId, run }: Reading): Promise<void> {
  const gone = await tx.db.execute(sql`
    delete from shadow_entities where connection_id = ${connectionId} and seen_run < ${run}
      and verdict is distinct from 'extra' returning 1`);
  if (gone.length > 0) await needComparison(tx, connectionId);
}

const needComparison = (tx: Ctx, connectionId: string) =>
  tx.db.execute(sql`update shadows set compared_version = null where connection_id = ${connectionId}`);

async function fetchChanged(work: Work): Promise<void> {
  const { ctx, reading, reader } = work;
  const due = sql`connection_id = ${reading.connectionId} and etag is not null
    and (document is null or document_etag is distinct from etag)`;
  const [count] = await ctx.db.execute<{ total: number }>(
    sql`select count(*)::int as total from shadow_entities where ${due}`,
  );
  const total = count?.total ?? 0;
  for (let done = 0; ; ) {
    const rows = await ctx.db.execute<{ ref: string; etag: string }>(
      sql`select ref, etag from shadow_entities where ${due} order by ref limit ${batchSize}`,
    );
    if (rows.length === 0) break;
    const documents = await reader.byRefs(rows.map(({ ref }) => ref));
    done += rows.length;
    const to: Step = { phase: "fetching", cursor: null, done, total: Math.max(done, total) };
    await step(work, to, (tx) => writeFetched(tx, reading, rows, documents));
  }
  await step(work, { phase: "comparing", cursor: null, done: 0, total: 0 });
}

async function writeFetched(
  tx: Ctx,
  { connectionId }: Reading,
  rows: readonly { ref: string; etag: string }[],
  documents: readonly (Record<string, unknown> | null)[],
): Promise<void> {
  const given = rows.map(({ ref, etag }, index) => {
    const document = documents[index];
    return { ref, etag, document: document ? JSON.stringify(document) : null };
  });
  const list = JSON.stringify(given);
  await tx.db.execute(sql`
    update shadow_entities s set document = r.document, document_etag = r.etag
    from json_to_recordset(${list}::json) as r(ref text, etag text, document text)
    where s.connection_id = ${connectionId} and s.ref = r.ref and r.document is not null`);
  // Removed there between the list and now.
  await tx.db.execute(sql`
    delete from shadow_entities s using json_to_recordset(${list}::json) as r(ref text, document text)
    where s.connection_id = ${connectionId} and s.ref = r.ref and r.document is null`);
  await needComparison(tx, connectionId);
}
