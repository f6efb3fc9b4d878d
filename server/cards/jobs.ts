import { sql } from "drizzle-orm";
import { type AnyJob, defineJob } from "#server/core/jobs.ts";
import { askCard } from "./ask-card.ts";
import { askCardJob } from "./refresh-card.ts";

const ask = defineJob<{ cardId: string; ref: string }>({
  ...askCardJob,
  isSingleton: true,
  retryLimit: 1,
  expireInSeconds: 60,
  work: ({ ctx, outside }, data) => askCard({ ctx, outside }, data),
});

/** Answers that nobody has looked at for a month. */
const forgetAnswers = defineJob({
  name: "cards-forget-answers",
  isSingleton: true,
  cron: "17 4 * * *",
  work: async ({ ctx }) => {
    await ctx.db.execute(sql`delete from card_answers where asked_at < now() - interval '30 days'`);
  },
});

export const cardJobs: readonly AnyJob[] = [ask, forgetAnswers];
