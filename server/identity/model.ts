import type { Role } from "#server/core/actor.ts";
import type { Granter } from "#server/core/refusal.ts";

/** A session ends this long after sign-in, whatever happens in it. */
export const sessionMaxDays = 30;
/** A session ends after this long without a request. */
export const sessionIdleDays = 7;
/** How often a session's last sight is written down; finer would be a write in every request. */
export const sessionSeenMinutes = 5;

export const tokenMaxDays = 365;
export const tokenPrefix = "mp_";

export const roleNames: Record<Role, string> = {
  guest: "Guest",
  developer: "Developer",
  leader: "Engineering leader",
  platform: "Platform engineer",
  admin: "Admin",
};

export const roleWords: Record<Role, string> = {
  guest: "Sees what some groups own, and nothing else",
  developer: "Sees everything, and changes what belongs to their teams",
  leader: "Sees everything, and the figures of departments",
  platform: "Runs the portal: sources, webhooks, tokens, backups",
  admin: "May do everything, and says who may do what",
};

/** Those of the granters behind whom stand people of this portal, who can be named. */
export const namedGranters = (grantedBy: readonly Granter[]) =>
  grantedBy.filter((granter) => granter !== "yourself" && granter !== "nobody" && granter !== "machine");

/** Who can allow it, as the end of a sentence about a refusal; empty where nobody has to. */
export function granterWords(grantedBy: readonly Granter[], names: readonly string[]): string {
  if (names.length > 0) return `Ask ${new Intl.ListFormat("en", { type: "disjunction" }).format(names)}.`;
  if (grantedBy.includes("admin")) return "Ask an admin of this portal.";
  if (grantedBy.includes("platform")) return "Ask a platform engineer.";
  return grantedBy.includes("machine") ? "Ask whoever looks after the machine that the portal runs on." : "";
}
