import { eq } from "drizzle-orm";
import { auditChecks } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, findDomainError } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue } from "#server/core/jobs.ts";
import { makeLogger } from "#server/core/log.ts";
import { anchorFile, readAnchors, readHeads, unanchored, writeAnchor } from "./anchors.ts";
import type { Verification } from "./model.ts";
import { readEventsRefusal, verifyChainRefusal } from "./policy.ts";
import { verifyChain } from "./verify-chain.ts";
import "./events.ts";

export const checkAuditLogJob = { name: "audit-check-log" };

const log = makeLogger("audit");

/** Orders a check of the whole audit log; the worker makes it and `readCheck` tells what came of it. */
export async function requestCheck(ctx: Ctx): Promise<void> {
  ensure(verifyChainRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const requestedAt = tx.now();
    await tx.db
      .insert(auditChecks)
      .values({ requestedAt })
      .onConflictDoUpdate({ target: auditChecks.id, set: { requestedAt } });
    await enqueue(tx, checkAuditLogJob, {});
  });
}

/** Verifies the audit log against this machine's anchors, anchors its heads if it is whole, and keeps the answer. */
export async function checkAuditLog(ctx: Ctx, input: { dataDir: string }): Promise<Verification> {
  const startedAt = ctx.now();
  try {
    const anchors = readAnchors([anchorFile(input.dataDir)]);
    const found = await verifyChain(ctx, anchors);
    if (found.isIntact) {
      const heads = unanchored(found.streams, anchors);
      await writeAnchor({ dataDir: input.dataDir, at: ctx.now(), heads }, log);
    } else log.error({ problems: found.problems.slice(0, 20) }, "The audit log was tampered with");
    await keepAnswer(ctx, startedAt, { isIntact: found.isIntact, result: found, failure: null });
    return found;
  } catch (error) {
    const failure = findDomainError(error)?.message ?? "The check broke off: the log of the worker says why";
    await keepAnswer(ctx, startedAt, { isIntact: null, result: null, failure });
    throw error;
  }
}

async function keepAnswer(
  ctx: Ctx,
  requestedAt: Date,
  answer: { isIntact: boolean | null; result: Verification | null; failure: string | null },
): Promise<void> {
  const { isIntact, result } = answer;
  await inTransaction(ctx, async (tx) => {
    const set = { ...answer, checkedAt: tx.now() };
    await tx.db
      .insert(auditChecks)
      .values({ requestedAt, ...set })
      .onConflictDoUpdate({ target: auditChecks.id, set });
    if (isIntact === null || !result) return;
    const payload = { isIntact, events: result.events, problems: result.problemCount };
    await record(tx, { type: "audit-log.checked", subjectId: "only", payload });
  });
}

/** Writes the heads that have moved since the last anchor to this machine's file and to the log. */
export async function anchorHeads(ctx: Ctx, input: { dataDir: string }): Promise<void> {
  const anchors = readAnchors([anchorFile(input.dataDir)]);
  const heads = unanchored(await readHeads(ctx), anchors);
  await writeAnchor({ dataDir: input.dataDir, at: ctx.now(), heads }, log);
}

export type AuditCheck = {
  /** A check was ordered and has not ended yet. */
  isRunning: boolean;
  checkedAt: Date | null;
  /** Null when the last check broke off; `failure` then says why. */
  isIntact: boolean | null;
  failure: string | null;
  events: number;
  anchors: number;
  problemCount: number;
  /** The first of them. */
  problems: { message: string; stream: string; eventId: number | null }[];
};

const patienceMs = 30 * 60_000;

/** What the last check found; null when there was none. */
export async function readCheck(ctx: Ctx): Promise<AuditCheck | null> {
  ensure(readEventsRefusal(ctx.actor));
  const [row] = await ctx.db
    .select({
      requestedAt: auditChecks.requestedAt,
      checkedAt: auditChecks.checkedAt,
      isIntact: auditChecks.isIntact,
      result: auditChecks.result,
      failure: auditChecks.failure,
    })
    .from(auditChecks)
    .where(eq(auditChecks.id, "only"));
  if (!row) return null;
  const { requestedAt, checkedAt, isIntact, failure } = row;
  const isOpen = checkedAt === null || checkedAt < requestedAt;
  const result = row.result as Verification | null;
  return {
    isRunning: isOpen && ctx.now().getTime() - requestedAt.getTime() < patienceMs,
    checkedAt,
    isIntact,
    failure,
    events: result?.events ?? 0,
    anchors: result?.anchors ?? 0,
    problemCount: result?.problemCount ?? 0,
    problems: (result?.problems ?? [])
      .slice(0, 20)
      .map(({ message, stream, eventId }) => ({ message, stream, eventId })),
  };
}
