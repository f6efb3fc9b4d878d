import { standingDays } from "./model.ts";

/** Windows that follow each change at once, and those that follow within a minute: they read far more days. */
export const shortDays: readonly number[] = standingDays.filter((days) => days <= 90);
export const longDays: readonly number[] = standingDays.filter((days) => days > 90);
