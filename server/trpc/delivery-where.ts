import { ReadAround } from "#server/delivery/around/inputs.ts";
import { readAround } from "#server/delivery/around/read-around.ts";
import { BadgeId, ListBadges, MakeBadge } from "#server/delivery/badges/inputs.ts";
import { makeBadge } from "#server/delivery/badges/make-badge.ts";
import { readBadges } from "#server/delivery/badges/read-badges.ts";
import { revokeBadge } from "#server/delivery/badges/revoke-badge.ts";
import { ReadSummary } from "#server/delivery/summary/inputs.ts";
import { readWeeklySummary } from "#server/delivery/summary/read-summary.ts";
import { ReadTimeline } from "#server/delivery/timeline/inputs.ts";
import { readTimeline } from "#server/delivery/timeline/read-timeline.ts";
import { SaveCommentSetting } from "#server/delivery/where/comments/inputs.ts";
import { readCommentSettings } from "#server/delivery/where/comments/read-comment-settings.ts";
import { saveCommentSetting } from "#server/delivery/where/comments/save-comment-setting.ts";
import { AskMatrix, SearchWhere } from "#server/delivery/where/inputs.ts";
import { readMatrix } from "#server/delivery/where/read-matrix.ts";
import { searchWhere } from "#server/delivery/where/read-where.ts";
import { role, signedIn } from "./init.ts";

/** Where changes run, what changed around a service, the timeline, badges and a team's week: part of `delivery`. */
export const whereProcedures = {
  where: signedIn.input(SearchWhere).query(({ ctx, input }) => searchWhere(ctx, input)),
  whereMatrix: signedIn.input(AskMatrix).query(({ ctx, input }) => readMatrix(ctx, input)),
  around: signedIn.input(ReadAround).query(({ ctx, input }) => readAround(ctx, input)),
  timeline: signedIn.input(ReadTimeline).query(({ ctx, input }) => readTimeline(ctx, input)),
  badges: signedIn.input(ListBadges).query(({ ctx, input }) => readBadges(ctx, input)),
  makeBadge: signedIn.input(MakeBadge).mutation(({ ctx, input }) => makeBadge(ctx, input)),
  revokeBadge: signedIn.input(BadgeId).mutation(({ ctx, input }) => revokeBadge(ctx, input)),
  commentSettings: role("platform").query(({ ctx }) => readCommentSettings(ctx)),
  saveCommentSetting: role("admin")
    .input(SaveCommentSetting)
    .mutation(({ ctx, input }) => saveCommentSetting(ctx, input)),
  weeklySummary: signedIn.input(ReadSummary).query(({ ctx, input }) => readWeeklySummary(ctx, input)),
};
