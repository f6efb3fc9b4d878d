import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { changeCommentsRefusal, readCommentsRefusal } from "./policy.ts";

export type CommentSettings = {
  items: { connectionId: string; name: string; isOn: boolean }[];
  may: { change: string | null };
};

/** Which connections tell pull requests where they run, by name. */
export async function readCommentSettings(ctx: Ctx): Promise<CommentSettings> {
  ensure(readCommentsRefusal(ctx.actor));
  const items = await ctx.db.execute<CommentSettings["items"][number]>(sql`
    select c.id as "connectionId", c.name, coalesce(s.is_on, false) as "isOn"
    from connections c left join delivery_comment_settings s on s.connection_id = c.id
    where c.kind in ('github', 'gitlab') and not c.is_demo order by c.name, c.id`);
  return { items: [...items], may: { change: changeCommentsRefusal(ctx.actor)?.sentence ?? null } };
}
