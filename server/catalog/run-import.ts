import { and, eq, inArray, sql } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { DomainError, findDomainError, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { withSignal } from "#server/core/outside/with-signal.ts";
import type { Outside } from "#server/core/outside.ts";
import { afterCatalogueChange } from "./after-change.ts";
import { collectEntries } from "./collect-entries.ts";
import { tellFollowers } from "./followers.ts";
import type { ImportCounts, ImportProgress, ImportStep, LocationType } from "./model.ts";
import { saveImport } from "./save-import.ts";
import type { OpenedTree } from "./trees/open-tree.ts";
import "./events.ts";

export type ImportTools = {
  /** Its database is the pool, with at least two connections: progress is written beside the transaction that saves. */
  ctx: Ctx;
  outside: Outside;
  signal?: AbortSignal;
  onProgress?: (progress: ImportProgress) => void;
  /** Nobody asked for it: one that brings nothing new, or fails as the one before, is not told in the log. */
  isRoutine?: boolean;
};

export type ImportResult = ImportCounts & { problems: number };

/** The import lost its right to write: somebody cancelled it, or a newer one has begun. */
class ImportStopped extends DomainError {
  constructor() {
    super("conflict", "The import was cancelled");
  }
}

type Claim = {
  id: string;
  target: string;
  run: number;
  isDemo: boolean;
  commit: string | null;
  type: LocationType;
  definesPeople: boolean;
  /** Why the one before failed. */
  formerFailure: string | null;
};

const progressEveryMs = 400;
/** A fetch says nothing for minutes; whether the import may still go on is asked meanwhile. */
const watchEveryMs = 1_000;

/**
 * Imports one location from a tree that `open` gives, handed a door that closes when the import is stopped: reads, judges and saves in one transaction, tells progress in the
 * location's row, and leaves there how it ended. Idempotent; of two at once the later one wins.
 * Throws a DomainError where the location cannot be read or the import was cancelled.
 */
export async function runImport(
  tools: ImportTools,
  locationId: string,
  open: (outside: Outside) => Promise<OpenedTree>,
): Promise<ImportResult> {
  const claim = await claimImport(tools.ctx, locationId);
  const progress = makeProgress(tools, claim);
  try {
    await progress("fetching", 0, 0);
    const opened = await openWatched(tools, open, () => progress("fetching", 0, 0));
    try {
      return await readAndSave(tools, claim, opened, progress);
    } finally {
      await opened.tree.close();
    }
  } catch (error) {
    // A process that is told to end leaves the import as it is, for the next one to begin anew.
    if (!(error instanceof ImportStopped) && !tools.signal?.aborted) await recordFailure(tools, claim, error);
    throw error;
  }
}

/** Opens the tree, and stops in the middle of a request when `stillMine` throws or the process is told to end. */
async function openWatched(
  tools: ImportTools,
  open: (outside: Outside) => Promise<OpenedTree>,
  stillMine: () => Promise<void>,
): Promise<OpenedTree> {
  const stop = new AbortController();
  const signal = tools.signal ? AbortSignal.any([stop.signal, tools.signal]) : stop.signal;
  const timer = setInterval(() => {
    stillMine().catch((error: unknown) => stop.abort(error));
  }, watchEveryMs);
  try {
    const opened = await open(withSignal(tools.outside, signal));
    if (!signal.aborted) return opened;
    await opened.tree.close();
    throw signal.reason;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearInterval(timer);
  }
}

async function claimImport(ctx: Ctx, locationId: string): Promise<Claim> {
  const [claim] = await ctx.db
    .update(locations)
    .set({
      state: "running",
      run: sql`${locations.run} + 1`,
      startedAt: ctx.now(),
      heartbeatAt: ctx.now(),
      failure: null,
    })
    .where(and(eq(locations.id, locationId), inArray(locations.state, ["waiting", "running", "failed"])))
    .returning({
      id: locations.id,
      target: locations.target,
      run: locations.run,
      isDemo: locations.isDemo,
      commit: locations.commit,
      type: locations.type,
      definesPeople: locations.definesPeople,
      // A query of its own sees the row as it was before this statement.
      formerFailure: sql<
        string | null
      >`(select former.failure from locations former where former.id = ${locationId})`,
    });
  if (!claim) throw notFound("This location was removed, or its import cancelled");
  return claim;
}

/** Only the newest run of a location may write. */
const mine = (claim: Claim) =>
  and(eq(locations.id, claim.id), eq(locations.run, claim.run), eq(locations.state, "running"));

type Progress = (step: ImportStep, done: number, total: number) => Promise<void>;

function makeProgress({ ctx, signal, onProgress }: ImportTools, claim: Claim): Progress {
  const last = { step: "", at: 0 };
  return async (step, done, total) => {
    signal?.throwIfAborted();
    const now = performance.now();
    if (step === last.step && now - last.at < progressEveryMs) return;
    Object.assign(last, { step, at: now });
    onProgress?.({ step, done, total });
    const rows = await ctx.db
      .update(locations)
      .set({ step, done, total, heartbeatAt: ctx.now() })
      .where(mine(claim))
      .returning({ id: locations.id });
    if (rows.length === 0) throw new ImportStopped();
  };
}

async function readAndSave(
  tools: ImportTools,
  claim: Claim,
  opened: OpenedTree,
  progress: Progress,
): Promise<ImportResult> {
  const { ctx, outside } = tools;
  const { tree } = opened;
  const origin = /^https?:/.test(claim.target) ? `url:${claim.target}` : `file:${claim.target}`;
  const collected = await collectEntries(opened, {
    outside,
    origin,
    definesPeople: claim.definesPeople || claim.type === "people",
    onFile: (done, total) => progress("reading", done, total),
  });
  const total = collected.entries.length;
  await progress("saving", 0, total);
  return inTransaction(ctx, async (tx) => {
    const { problems, yielded, ...counts } = await saveImport(tx.db, {
      locationId: claim.id,
      isDemo: claim.isDemo,
      at: ctx.now(),
      locationType: claim.type,
      commit: tree.commit,
      author: authorSince(claim.commit, tree),
      ...collected,
    });
    const rows = await tx.db
      .update(locations)
      .set({
        state: "imported",
        step: null,
        done: total,
        total,
        importedAt: ctx.now(),
        commit: tree.commit,
        ...counts,
      })
      .where(mine(claim))
      .returning({ id: locations.id });
    if (rows.length === 0) throw new ImportStopped();
    const isChanged = counts.added + counts.changed + counts.removed > 0;
    if (isChanged) await afterCatalogueChange(tx);
    // Also when no entry changed: what they point to (pages, definitions) lies in the same commit.
    await tellFollowers(tx, claim.id);
    for (const ref of yielded)
      await record(tx, { type: "portal-entry.yielded", subjectId: ref, payload: { ref, to: claim.target } });
    if (isChanged || claim.formerFailure !== null || !tools.isRoutine)
      await record(tx, {
        type: "location.imported",
        subjectId: claim.id,
        payload: { target: claim.target, commit: tree.commit, problems, ...counts },
        isDemo: claim.isDemo,
      });
    return { ...counts, problems };
  });
}

/** Whoever made the one commit that lies between the import before and this one; null where there may be several. */
function authorSince(before: string | null, { madeBy }: OpenedTree["tree"]): string | null {
  return madeBy && before && madeBy.parents.length === 1 && madeBy.parents[0] === before
    ? madeBy.author
    : null;
}

async function recordFailure({ ctx, isRoutine }: ImportTools, claim: Claim, error: unknown): Promise<void> {
  const reason =
    findDomainError(error)?.message ?? "Something went wrong while importing: see the log of the worker";
  await inTransaction(ctx, async (tx) => {
    const rows = await tx.db
      .update(locations)
      .set({ state: "failed", step: null, failure: reason })
      .where(mine(claim))
      .returning({ id: locations.id });
    if (rows.length === 0 || (isRoutine && reason === claim.formerFailure)) return;
    const payload = { target: claim.target, reason };
    await record(tx, { type: "location.failed", subjectId: claim.id, payload, isDemo: claim.isDemo });
  });
}
