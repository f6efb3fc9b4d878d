import {
  DeploymentId,
  ListDeployments,
  ListIncidents,
  ListRuns,
  ListUnmatched,
  ManyServices,
  ServiceInput,
  WeeklyInput,
} from "#server/delivery/inputs.ts";
import { getDeployment } from "#server/delivery/reads/deployment.ts";
import {
  readDeployments,
  readLastDeployments,
  readUnmatchedDeployments,
} from "#server/delivery/reads/deployments.ts";
import { readIncidents, readOpenIncidents } from "#server/delivery/reads/incidents.ts";
import { readCiRuns } from "#server/delivery/reads/runs.ts";
import { readServiceDelivery } from "#server/delivery/reads/service.ts";
import { readWeeklyDeployments } from "#server/delivery/reads/weekly.ts";
import { role, router, signedIn } from "./init.ts";

export const delivery = router({
  service: signedIn.input(ServiceInput).query(({ ctx, input }) => readServiceDelivery(ctx, input)),
  deployments: signedIn.input(ListDeployments).query(({ ctx, input }) => readDeployments(ctx, input)),
  deployment: signedIn.input(DeploymentId).query(({ ctx, input }) => getDeployment(ctx, input)),
  weekly: signedIn.input(WeeklyInput).query(({ ctx, input }) => readWeeklyDeployments(ctx, input)),
  runs: signedIn.input(ListRuns).query(({ ctx, input }) => readCiRuns(ctx, input)),
  incidents: signedIn.input(ListIncidents).query(({ ctx, input }) => readIncidents(ctx, input)),
  lastDeployments: signedIn.input(ManyServices).query(({ ctx, input }) => readLastDeployments(ctx, input)),
  openIncidents: signedIn.input(ManyServices).query(({ ctx, input }) => readOpenIncidents(ctx, input)),
  unmatched: role("platform")
    .input(ListUnmatched)
    .query(({ ctx, input }) => readUnmatchedDeployments(ctx, input)),
});
