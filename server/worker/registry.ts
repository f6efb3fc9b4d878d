import { auditJobs } from "#server/audit/jobs.ts";
import { catalogJobs } from "#server/catalog/jobs.ts";
import type { AnyJob } from "#server/core/jobs.ts";
import { deliveryJobs } from "#server/delivery/jobs.ts";
import { demoJobs } from "#server/demo/jobs.ts";
import { recoveryJobs } from "#server/recovery/jobs.ts";

/** Every job of the product; the migration step makes a queue for each, the worker works them. */
export const allJobs: readonly AnyJob[] = [
  ...auditJobs,
  ...catalogJobs,
  ...deliveryJobs,
  ...demoJobs,
  ...recoveryJobs,
];
