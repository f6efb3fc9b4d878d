import { eq } from "drizzle-orm";
import { z } from "zod";
import { installation } from "#db/schema/core.ts";
import type { Ctx } from "#server/core/context.ts";
import { conflict } from "#server/core/errors.ts";
import { type DemoProgress, type DemoState, demoSteps } from "./model.ts";

/**
 * What the installation's row remembers of the demo organisation. `loadedAt` dates its whole history; `received` counts
 * the webhooks that are in the inbox already; `livedUntil` is the moment up to which the organisation has lived.
 */
const DemoRecord = z.object({
  step: z.string().catch(demoSteps.waiting),
  done: z.number().catch(0),
  total: z.number().catch(0),
  failure: z.string().nullable().catch(null),
  loadedAt: z.coerce.date(),
  received: z.number().catch(0),
  livedUntil: z.coerce.date().nullable().catch(null),
});
export type DemoRecord = z.infer<typeof DemoRecord>;

export type Demo = { state: DemoState; record: DemoRecord | null };

const columns = { state: installation.demoState, record: installation.demoProgress };

export async function readDemo(ctx: Ctx): Promise<Demo> {
  const [row] = await ctx.db.select(columns).from(installation);
  return toDemo(row);
}

/** The same, and nobody else changes it until the transaction ends. */
export async function lockDemo(tx: Ctx): Promise<Demo> {
  const [row] = await tx.db.select(columns).from(installation).for("update");
  return toDemo(row);
}

/** Throws `conflict` where it is not so any more: what is written in the same transaction is removed with it, or never made. */
export async function holdDemo(tx: Ctx, state: DemoState): Promise<void> {
  if ((await lockDemo(tx)).state !== state) throw conflict("The demo organisation was removed");
}

function toDemo(row: { state: DemoState; record: unknown } | undefined): Demo {
  const parsed = DemoRecord.safeParse(row?.record);
  return { state: row?.state ?? "none", record: parsed.success ? parsed.data : null };
}

export const newRecord = (loadedAt: Date): DemoRecord => ({
  step: demoSteps.waiting,
  done: 0,
  total: 0,
  failure: null,
  loadedAt,
  received: 0,
  livedUntil: null,
});

export async function writeDemo(tx: Ctx, state: DemoState, record: DemoRecord | null): Promise<void> {
  await tx.db
    .update(installation)
    .set({ demoState: state, demoProgress: record })
    .where(eq(installation.id, "only"));
}

export const progressOf = ({ step, done, total }: DemoRecord): DemoProgress => ({ step, done, total });
