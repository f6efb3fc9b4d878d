import type { Role } from "#server/core/actor.ts";
import type { Caller } from "./callers.ts";

/** Who may, as the matrix states it. `people only` leaves out tokens, whatever their role. */
export type Who = "anyone" | "signed in" | "people only" | readonly Role[] | { peopleOnly: readonly Role[] };

export type Verdict = "allowed" | "unauthenticated" | "forbidden";

/** What has to become of a call. An admin may whatever some role may; a token needs the scope besides. */
export function expectedVerdict(who: Who, caller: Caller, scope: "read" | "write"): Verdict {
  if (who === "anyone") return "allowed";
  if (caller.kind === "nobody") return "unauthenticated";
  if (caller.kind === "token" && (isPeopleOnly(who) || caller.scope !== scope)) return "forbidden";
  const wanted = rolesOf(who);
  return wanted === null || caller.role === "admin" || wanted.includes(caller.role) ? "allowed" : "forbidden";
}

const isPeopleOnly = (who: Who) => who === "people only" || (typeof who === "object" && "peopleOnly" in who);

function rolesOf(who: Who): readonly Role[] | null {
  if (typeof who === "string") return null;
  return "peopleOnly" in who ? who.peopleOnly : who;
}
