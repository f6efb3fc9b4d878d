import { eq } from "drizzle-orm";
import { docsSites } from "#db/schema/docs.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";
import "./events.ts";

type Failure = {
  ref: string;
  title: string;
  locationId: string;
  reference: string;
  isDemo: boolean;
  reason: string;
};

/** Says why the newest documentation could not be had; what was rendered before stays, under the age that it has. */
export async function noteFailure(ctx: Ctx, failure: Failure): Promise<void> {
  const { ref, locationId, reference, isDemo, title } = failure;
  const reason = failure.reason.slice(0, 1_000);
  await inTransaction(ctx, async (tx) => {
    const [known] = await tx.db
      .select({ failure: docsSites.failure })
      .from(docsSites)
      .where(eq(docsSites.entityRef, ref));
    const set = { locationId, reference, failure: reason };
    await tx.db
      .insert(docsSites)
      .values({ entityRef: ref, isDemo, title, checkedAt: tx.now(), ...set })
      .onConflictDoUpdate({ target: docsSites.entityRef, set });
    if (known?.failure === reason) return;
    await record(tx, { type: "docs.failed", subjectId: ref, payload: { entityRef: ref, reason }, isDemo });
  });
}
