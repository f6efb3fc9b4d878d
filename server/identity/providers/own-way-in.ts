import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { conflict } from "#server/core/errors.ts";

/** Throws when the acting admin would lock themselves out by taking this provider away. */
export async function ensureOwnWayIn(tx: Ctx, provider: { id: string; name: string }): Promise<void> {
  if (tx.actor.kind !== "user") return;
  const [row] = await tx.db.execute<{ uses: boolean; other: boolean }>(sql`
    select coalesce(bool_or(a.connection_id = ${provider.id}), false) as uses,
      coalesce(bool_or(a.connection_id <> ${provider.id} and c.disabled_at is null), false) as other
    from accounts a join connections c on c.id = a.connection_id where a.user_id = ${tx.actor.id}`);
  if (!row?.uses || row.other) return;
  throw conflict(
    `You sign in with ${provider.name} yourself and have no other way in: link another sign-in under Your account first`,
  );
}
