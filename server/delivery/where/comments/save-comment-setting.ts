import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { SaveCommentSetting } from "./inputs.ts";
import { changeCommentsRefusal } from "./policy.ts";
import "#server/delivery/events.ts";

/** Switches a connection's comments on pull requests on or off. What was written stays where it is. */
export async function saveCommentSetting(
  ctx: Ctx,
  { connectionId, isOn }: SaveCommentSetting,
): Promise<{ isOn: boolean }> {
  ensure(changeCommentsRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    const [connection] = await tx.db.execute<{ name: string }>(sql`
      select name from connections where id = ${connectionId} and kind in ('github', 'gitlab')`);
    if (!connection) throw notFound("There is no such connection");
    await tx.db.execute(sql`
      insert into delivery_comment_settings as s (connection_id, is_on, changed_at)
      values (${connectionId}, ${isOn}, ${tx.now().toISOString()}::timestamptz)
      on conflict (connection_id) do update set is_on = excluded.is_on, changed_at = excluded.changed_at
      where s.is_on <> excluded.is_on`);
    const payload = { connectionName: connection.name, isOn };
    await record(tx, { type: "delivery-comments.switched", subjectId: connectionId, payload });
    return { isOn };
  });
}
