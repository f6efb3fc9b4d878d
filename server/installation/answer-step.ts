import { sql } from "drizzle-orm";
import { installation } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { AnswerStep } from "./inputs.ts";
import { setupRefusal } from "./policy.ts";
import "./events.ts";

/** Remembers that a step of the setup was answered, so that it goes on after it. Idempotent. */
export async function answerStep(ctx: Ctx, { step }: AnswerStep): Promise<void> {
  ensure(setupRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    const changed = await tx.db
      .update(installation)
      .set({ setupAnswered: sql`array_append(${installation.setupAnswered}, ${step})` })
      .where(sql`not ${installation.setupAnswered} @> array[${step}]::text[]`)
      .returning({ id: installation.id });
    if (changed.length > 0)
      await record(tx, { type: "setup.answered", subjectId: "only", payload: { step } });
  });
}
