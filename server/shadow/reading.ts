import { and, eq, sql } from "drizzle-orm";
import { shadows } from "#db/schema/shadow.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { DomainError, notFound } from "#server/core/errors.ts";
import type { ShadowPhase } from "./model.ts";

/** Somebody cancelled the reading, or another one has taken it over. */
export class ReadingStopped extends DomainError {
  constructor() {
    super("conflict", "The reading was stopped");
  }
}

export type Reading = { connectionId: string; run: number; phase: ShadowPhase; cursor: string | null };

export type Step = { phase: ShadowPhase; cursor: string | null; done: number; total: number };

/** Takes the reading over, where it stood if it was interrupted. What an earlier holder still writes is refused. */
export async function claimReading(ctx: Ctx, connectionId: string): Promise<Reading> {
  return inTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .select({
        state: shadows.state,
        phase: shadows.phase,
        cursor: shadows.cursor,
        run: shadows.run,
      })
      .from(shadows)
      .where(eq(shadows.connectionId, connectionId))
      .for("update");
    if (!row) throw notFound("This Backstage is not followed any more");
    if (row.state === "cancelled") throw new ReadingStopped();
    const isResumed = row.state === "running" && row.phase !== null;
    const place = isResumed
      ? { phase: row.phase ?? "listing", cursor: row.cursor }
      : { phase: "listing" as const, cursor: null };
    const run = row.run + 1;
    const fresh = isResumed ? {} : { done: 0, total: 0, startedAt: tx.now(), failure: null };
    await tx.db
      .update(shadows)
      .set({ state: "running", ...place, ...fresh, run, heartbeatAt: tx.now() })
      .where(eq(shadows.connectionId, connectionId));
    if (isResumed)
      await tx.db.execute(sql`update shadow_entities set seen_run = ${run}
        where connection_id = ${connectionId} and seen_run = ${row.run}`);
    return { connectionId, run, ...place };
  });
}

const mine = ({ connectionId, run }: Reading) =>
  and(eq(shadows.connectionId, connectionId), eq(shadows.run, run), eq(shadows.state, "running"));

/** Writes what was read together with the place up to which: both or neither. Throws ReadingStopped. */
export async function takeStep(
  ctx: Ctx,
  reading: Reading,
  step: Step,
  write: (tx: Ctx) => Promise<unknown> = async () => {},
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const rows = await tx.db
      .update(shadows)
      .set({ ...step, heartbeatAt: tx.now() })
      .where(mine(reading))
      .returning({ id: shadows.connectionId });
    if (rows.length === 0) throw new ReadingStopped();
    await write(tx);
  });
  Object.assign(reading, { phase: step.phase, cursor: step.cursor });
}

/** Ends the reading in the caller's transaction. Throws ReadingStopped. */
export async function endReading(
  tx: Ctx,
  reading: Reading,
  end: Partial<typeof shadows.$inferInsert>,
): Promise<void> {
  const rows = await tx.db
    .update(shadows)
    .set({ phase: null, cursor: null, ...end })
    .where(mine(reading))
    .returning({ id: shadows.connectionId });
  if (rows.length === 0) throw new ReadingStopped();
}
