import { backUpJobName } from "./waiting-jobs.ts";

/** Writes the backup that somebody ordered, or else the night's. jobs.ts has its work. */
export const backUpJob = { name: backUpJobName };
