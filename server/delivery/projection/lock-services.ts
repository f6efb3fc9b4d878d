import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";

/** The lock under which a service is worked out, until the transaction's end. */
const lockOf = (id: ReturnType<typeof sql>) => sql`hashtextextended('delivery ' || ${id}, 0)`;

/** Takes a service for being worked out; false when somebody else has it. */
export async function tryLockService(tx: Ctx, id: string): Promise<boolean> {
  const [row] = await tx.db.execute<{ mine: boolean }>(sql`
    select pg_try_advisory_xact_lock(${lockOf(sql`${id}::text`)}) as mine`);
  return row?.mine ?? false;
}

/**
 * Waits until none of these services is being worked out. To be called before they are deleted: whoever works one out
 * holds its deployments and writes the service itself last, so that the two would wait for each other for ever.
 */
export async function awaitServices(tx: Ctx, refs: readonly string[]): Promise<void> {
  await tx.db.execute(sql`
    select count(pg_advisory_xact_lock(${lockOf(sql`s.id::text`)})) from (
      select id from delivery_services where entity_ref = any(${sql.param([...refs])}::text[]) order by id
    ) s`);
}
