import { CalendarDayId, SaveCalendar, SaveCalendarDay } from "#server/delivery/calendar/inputs.ts";
import { readCalendar } from "#server/delivery/calendar/read-calendar.ts";
import { removeCalendarDay } from "#server/delivery/calendar/remove-calendar-day.ts";
import { saveCalendar } from "#server/delivery/calendar/save-calendar.ts";
import { saveCalendarDay } from "#server/delivery/calendar/save-calendar-day.ts";
import { disputeDeployment } from "#server/delivery/decisions/dispute-deployment.ts";
import { excludeDeployment } from "#server/delivery/decisions/exclude-deployment.ts";
import { includeDeployment } from "#server/delivery/decisions/include-deployment.ts";
import {
  AskReview,
  AskReviewCount,
  DecideDeployment,
  EvidenceId,
  EvidenceIds,
  JudgeFailures,
  NoteLook,
  StateFailure,
} from "#server/delivery/decisions/inputs.ts";
import { judgeFailures } from "#server/delivery/decisions/judge-failures.ts";
import { noteDeployment } from "#server/delivery/decisions/note-deployment.ts";
import { noteLook } from "#server/delivery/decisions/note-look.ts";
import { readEvidenceDetail } from "#server/delivery/decisions/read-evidence-detail.ts";
import { readEvidenceMarks } from "#server/delivery/decisions/read-evidence-marks.ts";
import { readReview, readReviewCount } from "#server/delivery/decisions/read-review.ts";
import { settleDispute } from "#server/delivery/decisions/settle-dispute.ts";
import { stateFailure } from "#server/delivery/decisions/state-failure.ts";
import { readFiguresByService } from "#server/delivery/figures/by-service.ts";
import { readDistribution } from "#server/delivery/figures/distribution.ts";
import { readEvidence } from "#server/delivery/figures/evidence.ts";
import { AskByService, AskDistribution, AskEvidence, AskFigures } from "#server/delivery/figures/inputs.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import {
  ListDeployments,
  ListIncidents,
  ListRuns,
  ListUnmatched,
  ManyServices,
  ServiceInput,
  WeeklyInput,
} from "#server/delivery/inputs.ts";
import { readDeployments, readLastDeployments } from "#server/delivery/reads/deployments.ts";
import { readIncidents, readOpenIncidents } from "#server/delivery/reads/incidents.ts";
import { readCiRuns } from "#server/delivery/reads/runs.ts";
import { readServiceDelivery } from "#server/delivery/reads/service.ts";
import { readUnmatchedDeployments } from "#server/delivery/reads/unmatched.ts";
import { readWeeklyDeployments } from "#server/delivery/reads/weekly.ts";
import { whereProcedures } from "./delivery-where.ts";
import { role, router, signedIn } from "./init.ts";

export const delivery = router({
  ...whereProcedures,
  service: signedIn.input(ServiceInput).query(({ ctx, input }) => readServiceDelivery(ctx, input)),
  deployments: signedIn.input(ListDeployments).query(({ ctx, input }) => readDeployments(ctx, input)),
  weekly: signedIn.input(WeeklyInput).query(({ ctx, input }) => readWeeklyDeployments(ctx, input)),
  runs: signedIn.input(ListRuns).query(({ ctx, input }) => readCiRuns(ctx, input)),
  incidents: signedIn.input(ListIncidents).query(({ ctx, input }) => readIncidents(ctx, input)),
  lastDeployments: signedIn.input(ManyServices).query(({ ctx, input }) => readLastDeployments(ctx, input)),
  openIncidents: signedIn.input(ManyServices).query(({ ctx, input }) => readOpenIncidents(ctx, input)),
  figures: signedIn.input(AskFigures).query(({ ctx, input }) => readFigures(ctx, input)),
  evidence: signedIn.input(AskEvidence).query(({ ctx, input }) => readEvidence(ctx, input)),
  distribution: signedIn.input(AskDistribution).query(({ ctx, input }) => readDistribution(ctx, input)),
  figuresByService: signedIn.input(AskByService).query(({ ctx, input }) => readFiguresByService(ctx, input)),
  calendar: signedIn.query(({ ctx }) => readCalendar(ctx)),
  saveCalendar: role("platform")
    .input(SaveCalendar)
    .mutation(({ ctx, input }) => saveCalendar(ctx, input)),
  saveCalendarDay: role("platform")
    .input(SaveCalendarDay)
    .mutation(({ ctx, input }) => saveCalendarDay(ctx, input)),
  removeCalendarDay: role("platform")
    .input(CalendarDayId)
    .mutation(({ ctx, input }) => removeCalendarDay(ctx, input)),
  evidenceDetail: signedIn.input(EvidenceId).query(({ ctx, input }) => readEvidenceDetail(ctx, input)),
  evidenceMarks: signedIn.input(EvidenceIds).query(({ ctx, input }) => readEvidenceMarks(ctx, input)),
  review: signedIn.input(AskReview).query(({ ctx, input }) => readReview(ctx, input)),
  reviewCount: signedIn.input(AskReviewCount).query(({ ctx, input }) => readReviewCount(ctx, input)),
  exclude: signedIn.input(DecideDeployment).mutation(({ ctx, input }) => excludeDeployment(ctx, input)),
  include: signedIn.input(DecideDeployment).mutation(({ ctx, input }) => includeDeployment(ctx, input)),
  note: signedIn.input(DecideDeployment).mutation(({ ctx, input }) => noteDeployment(ctx, input)),
  dispute: signedIn.input(DecideDeployment).mutation(({ ctx, input }) => disputeDeployment(ctx, input)),
  settleDispute: signedIn.input(DecideDeployment).mutation(({ ctx, input }) => settleDispute(ctx, input)),
  judgeFailures: signedIn.input(JudgeFailures).mutation(({ ctx, input }) => judgeFailures(ctx, input)),
  stateFailure: signedIn.input(StateFailure).mutation(({ ctx, input }) => stateFailure(ctx, input)),
  noteLook: signedIn.input(NoteLook).mutation(({ ctx, input }) => noteLook(ctx, input)),
  unmatched: role("platform")
    .input(ListUnmatched)
    .query(({ ctx, input }) => readUnmatchedDeployments(ctx, input)),
});
