import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { SiteInput } from "../inputs.ts";
import { anyAnswersRefusal, readAnswersRefusal } from "../policy.ts";
import { getSiteId } from "./find-site.ts";

export type PageAnswers = {
  path: string;
  /** Null for a page that is gone. */
  title: string | null;
  useful: number;
  notUseful: number;
  comments: { text: string; isUseful: boolean; at: Date }[];
};

/** What readers say of each page, the least useful first. Comments come without names. */
export async function readAnswers(ctx: Ctx, input: SiteInput): Promise<PageAnswers[]> {
  ensure(anyAnswersRefusal(ctx.actor));
  const site = await getSiteId(ctx, input.ref);
  ensure(readAnswersRefusal(ctx.actor, site));
  type Row = Omit<PageAnswers, "comments"> & { comments: { text: string; isUseful: boolean; at: number }[] };
  const rows = await ctx.db.execute<Row>(sql`
    select v.path, (select p.title from docs_pages p where p.site_id = ${site.id} and p.path = v.path) as title,
      count(*) filter (where v.is_useful)::int as useful, count(*) filter (where not v.is_useful)::int as "notUseful",
      coalesce(json_agg(json_build_object('text', v.comment, 'isUseful', v.is_useful,
        'at', (extract(epoch from v.voted_at) * 1000)::float8) order by v.voted_at desc)
        filter (where v.comment is not null), '[]') as comments
    from docs_votes v where v.entity_ref = ${site.ref}
    group by v.path order by count(*) filter (where not v.is_useful) desc, count(*) desc, v.path limit 500`);
  return rows.map((row) => ({
    ...row,
    comments: row.comments.slice(0, 50).map((comment) => ({ ...comment, at: new Date(comment.at) })),
  }));
}
