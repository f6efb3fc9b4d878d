/** Windows whose figures of large scopes are kept ready; any other is worked out when it is asked for. */
const standingDays = [28, 90, 182, 365] as const;

/** Windows that follow each change at once, and those that follow later: they read far more days. */
export const shortDays: readonly number[] = standingDays.filter((days) => days <= 90);
export const longDays: readonly number[] = standingDays.filter((days) => days > 90);
