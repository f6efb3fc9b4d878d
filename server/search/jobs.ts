import { sql } from "drizzle-orm";
import { type AnyJob, defineJob } from "#server/core/jobs.ts";
import { missRules, pickHalfLifeDays } from "./model.ts";

/** Forgets what was looked for long ago, what is too much, and openings that count for nothing any more. */
const forget = defineJob({
  name: "search-forget",
  isSingleton: true,
  cron: "23 4 * * *",
  work: async ({ ctx }) => {
    const at = ctx.now().toISOString();
    await ctx.db.execute(sql`
      delete from search_misses where last_at < ${at}::timestamptz - make_interval(days => ${missRules.days})
        or query in (select query from search_misses order by count desc, last_at desc, query offset ${missRules.rows})`);
    await ctx.db.execute(
      sql`delete from search_picks where picked_at < ${at}::timestamptz - make_interval(days => ${pickHalfLifeDays * 12})`,
    );
  },
});

export const searchJobs: readonly AnyJob[] = [forget];
