import { apisJobs } from "#server/apis/jobs.ts";
import { auditJobs } from "#server/audit/jobs.ts";
import { cardJobs } from "#server/cards/jobs.ts";
import { catalogJobs } from "#server/catalog/jobs.ts";
import { connectionJobs } from "#server/connections/jobs.ts";
import type { AnyJob } from "#server/core/jobs.ts";
import { comparisonJobs } from "#server/delivery/comparison/jobs.ts";
import { deliveryJobs } from "#server/delivery/jobs.ts";
import { deliverySimulationJobs } from "#server/delivery/simulation/jobs.ts";
import { deliverySourceJobs } from "#server/delivery/sources/jobs.ts";
import { demoJobs } from "#server/demo/jobs.ts";
import { discoveryJobs } from "#server/discovery/jobs.ts";
import { docsJobs } from "#server/docs/jobs.ts";
import { githubJobs } from "#server/github/jobs.ts";
import { recoveryJobs } from "#server/recovery/jobs.ts";
import { searchJobs } from "#server/search/jobs.ts";
import { shadowJobs } from "#server/shadow/jobs.ts";
import { trustJobs } from "#server/trust/jobs.ts";

/** Every job of the product; the migration step makes a queue for each, the worker works them. */
export const allJobs: readonly AnyJob[] = [
  ...apisJobs,
  ...auditJobs,
  ...cardJobs,
  ...catalogJobs,
  ...comparisonJobs,
  ...connectionJobs,
  ...deliveryJobs,
  ...deliverySimulationJobs,
  ...deliverySourceJobs,
  ...demoJobs,
  ...discoveryJobs,
  ...docsJobs,
  ...githubJobs,
  ...recoveryJobs,
  ...searchJobs,
  ...shadowJobs,
  ...trustJobs,
];
