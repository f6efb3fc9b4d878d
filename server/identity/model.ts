import type { Role } from "#server/core/actor.ts";

/** A session ends this long after sign-in, whatever happens in it. */
export const sessionMaxDays = 30;
/** A session ends after this long without a request. */
export const sessionIdleDays = 7;
/** How often a session's last sight is written down; finer would be a write in every request. */
export const sessionSeenMinutes = 5;

export const tokenMaxDays = 365;
export const tokenPrefix = "mp_";

export const roleNames: Record<Role, string> = {
  developer: "Developer",
  leader: "Engineering leader",
  platform: "Platform engineer",
  admin: "Admin",
};
