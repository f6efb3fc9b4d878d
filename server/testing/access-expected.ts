import type { Role, TokenScope } from "#server/core/actor.ts";
import type { Caller } from "./callers.ts";

/**
 * Who may, as the matrix states it. "insiders" leaves out guests, "people only" tokens, whatever their role. With
 * `orMaintainers` people who look after a team may too: after ours, or after any.
 */
export type Who =
  | "anyone"
  | "setup"
  | "SCIM client"
  | "signed in"
  | "insiders"
  | "people only"
  /** People of our team and its maintainers, whatever their role; with "or platform" those who run the portal too. */
  | "our owners"
  | "our owners or platform"
  | "our owners, leaders or platform"
  | readonly Role[]
  | { peopleOnly: readonly Role[]; orMaintainers?: "ours" | "any" }
  | { roles: readonly Role[]; orMaintainers: "ours" | "any" };

export type Verdict = "allowed" | "unauthenticated" | "forbidden" | "not found";

type Asked = {
  scope: TokenScope;
  /** What is asked for belongs to our team: to a guest of another team it is not there. */
  isOurs?: boolean | undefined;
};

/** What has to become of a call. An admin may whatever some role may; a token needs the scope besides. */
export function expectedVerdict(who: Who, caller: Caller, { scope, isOurs }: Asked): Verdict {
  if (who === "anyone") return "allowed";
  // None of the callers is the browser that showed the setup token, or a directory with its own token.
  if (who === "setup" || who === "SCIM client") return "unauthenticated";
  if (caller.kind === "nobody") return "unauthenticated";
  if (caller.kind === "token" && (isPeopleOnly(who) || caller.scope !== scope)) return "forbidden";
  if (!isAllowed(who, caller)) return "forbidden";
  return isOurs && isGuest(caller) && caller.team !== "own team" ? "not found" : "allowed";
}

export const isGuest = (caller: Caller) => caller.kind !== "nobody" && caller.role === "guest";

const isPeopleOnly = (who: Who) =>
  who === "people only" || isOfOwners(who) || (typeof who === "object" && "peopleOnly" in who);

const isOfOwners = (who: Who) =>
  who === "our owners" || who === "our owners or platform" || who === "our owners, leaders or platform";

function isOwner(caller: Caller): boolean {
  if (caller.kind !== "person" || isGuest(caller)) return false;
  return caller.team === "own team" || caller.maintains === "own team";
}

function isAllowed(who: Who, caller: Exclude<Caller, { kind: "nobody" }>): boolean {
  if (who === "insiders") return !isGuest(caller);
  if (isOfOwners(who)) {
    const runs = caller.role === "platform" || caller.role === "admin";
    if (who === "our owners, leaders or platform") return isOwner(caller) || runs || caller.role === "leader";
    return isOwner(caller) || (who === "our owners or platform" && runs);
  }
  if (typeof who === "string" || caller.role === "admin") return true;
  const wanted = "peopleOnly" in who ? who.peopleOnly : "roles" in who ? who.roles : who;
  return wanted.includes(caller.role) || maintains(who, caller);
}

function maintains(who: Who, caller: Caller): boolean {
  if (typeof who === "string" || !("orMaintainers" in who) || caller.kind !== "person") return false;
  return who.orMaintainers === "any" ? caller.maintains !== null : caller.maintains === "own team";
}
