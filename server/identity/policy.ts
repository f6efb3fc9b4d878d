import {
  type Actor,
  hasRole,
  isStronger,
  type Role,
  strongestOf,
  type TokenScope,
} from "#server/core/actor.ts";
import { type Granter, notNow, peopleOnly, type Refusal, refusal, rule } from "#server/core/refusal.ts";

const tokens = rule("identity.tokens", "Those who run the portal make and end API tokens", "admin");
const roleGiving = rule("identity.no-more-than-own", "Nobody gives out more than they have", "admin");
const people = rule("identity.people", "Admins say who may do what, and who may come in", "admin");
const seeing = rule(
  "identity.see-people",
  "Accounts are shown to those who run the portal and to maintainers of teams",
  "admin",
);
const evaluation = rule("identity.demo", "Demo people exist while the portal is an evaluation", "nobody");
const own = rule("identity.own", "Settings of an account are changed by its person", "yourself");

/** A matter of a team: its maintainers and those who run the portal decide. */
const ofTeams = (groupRefs: readonly string[]) =>
  rule(
    "identity.team",
    "A team's matters are for its maintainers and those who run the portal",
    "admin",
    ...groupRefs.map((ref): Granter => `maintainer:${ref}`),
  );

/** To name the admins would name the one who asks. */
const oneself = rule("identity.oneself", "What somebody may do is changed by somebody else", "nobody");

/** True for a maintainer of one of these teams. A guest looks after nothing, whatever the list says. */
const maintainsOneOf = (actor: Actor, groupRefs: readonly string[]): boolean =>
  actor.kind === "user" && actor.limitedTo === null && groupRefs.some((ref) => actor.maintains.includes(ref));

const byPersonOnly = (actor: Actor, sentence: string): Refusal | null =>
  actor.kind === "token" ? refusal(peopleOnly, sentence) : null;

/** Why this actor cannot make such a token; null when there is no objection. Nobody gives out more than they have. */
export function createTokenRefusal(
  actor: Actor,
  token: { role: Role; scopes: readonly TokenScope[] },
): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "A token cannot make another token; sign in to make one");
  if (!hasRole(actor, "platform"))
    return refusal(tokens, "Only platform engineers and admins can make API tokens");
  if (token.role === "guest")
    return refusal(notNow, "A guest's token belongs to a service account: make one with its groups");
  if (!hasRole(actor, token.role) && (token.role === "admin" || token.role === "leader"))
    return refusal(roleGiving, `Only an admin can make a token with the role ${token.role}`);
  return null;
}

export function revokeTokenRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "A token cannot revoke tokens; sign in to revoke one");
  if (hasRole(actor, "platform")) return null;
  return refusal(tokens, "Only platform engineers and admins can revoke API tokens");
}

export function readTokensRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(tokens, "Only platform engineers and admins can see API tokens");
}

/** Signing in as a demo person exists only in an evaluation, where the demo organisation is loaded. */
export function demoSignInRefusal(mode: "evaluation" | "production"): Refusal | null {
  if (mode === "evaluation") return null;
  return refusal(evaluation, "Demo people can sign in only while this portal is an evaluation");
}

export function ownAccountRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "user") return null;
  return refusal(own, "Only a person who is signed in can change their own settings");
}

export function endSessionsRefusal(actor: Actor): Refusal | null {
  const refused = byPersonOnly(actor, "An API token cannot end people's sessions: sign in as an admin");
  if (refused || hasRole(actor, "admin")) return refused;
  return refusal(people, "Only an admin can end somebody else's sessions");
}

/** Names, accounts and roles of everybody who signs in. */
export function readPeopleRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform") || (actor.kind === "user" && maintainsOneOf(actor, actor.maintains)))
    return null;
  return refusal(seeing, "Only those who run the portal and maintainers of teams can see who signs in");
}

/** Roles by hand, disabling and enabling, mappings of groups, connections of SCIM. */
export function managePeopleRefusal(actor: Actor): Refusal | null {
  const refused = byPersonOnly(actor, "A token cannot change what people may do; sign in as an admin");
  if (refused || hasRole(actor, "admin")) return refused;
  return refusal(people, "Only an admin can change who may do what");
}

/** An admin who locked themselves out could not undo it. */
export function manageSelfRefusal(actor: Actor, user: { id: string }): Refusal | null {
  if (actor.kind !== "user" || actor.id !== user.id) return null;
  return refusal(oneself, "Nobody changes their own role or disables themselves: ask another admin");
}

/** The mappings tell what groups exist and who has which role by them. */
export function readGroupRolesRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(people, "Only platform engineers and admins can see which groups give which role");
}

/** Who may say that an account is this person of the catalogue; `groupRefs` are the person's own teams. */
export function linkPersonRefusal(actor: Actor, person: { groupRefs: readonly string[] }): Refusal | null {
  const refused = byPersonOnly(actor, "A token cannot say who somebody is; sign in to do it");
  if (refused || hasRole(actor, "platform") || maintainsOneOf(actor, person.groupRefs)) return refused;
  return refusal(
    ofTeams(person.groupRefs),
    "Only maintainers of this person's team can say whose account it is",
  );
}

/** Somebody who is linked already, or whose link is taken away, needs more than a maintainer. */
export function relinkPersonRefusal(actor: Actor): Refusal | null {
  const refused = byPersonOnly(actor, "A token cannot say who somebody is; sign in to do it");
  if (refused || hasRole(actor, "platform")) return refused;
  return refusal(seeing, "Only platform engineers and admins can change whose account it is");
}

/** A link brings the groups of the catalogue with it, and those may bring a role. */
export function roleByLinkRefusal(actor: Actor, role: Role): Refusal | null {
  if (actor.kind === "system" || !isStronger(role, strongestOf(actor))) return null;
  return refusal(
    roleGiving,
    `This would give them the role ${role}, which is more than yours: ask an admin to do it`,
  );
}

export function maintainersRefusal(actor: Actor, groupRef: string): Refusal | null {
  const refused = byPersonOnly(actor, "A token cannot name maintainers; sign in to do it");
  if (refused || hasRole(actor, "platform") || maintainsOneOf(actor, [groupRef])) return refused;
  return refusal(
    ofTeams([groupRef]),
    "Only the team's maintainers and those who run the portal can name maintainers",
  );
}

export function resolveReviewRefusal(actor: Actor, review: { groupRefs: readonly string[] }): Refusal | null {
  const refused = byPersonOnly(actor, "A token cannot settle who owns what; sign in to do it");
  if (refused || hasRole(actor, "platform") || maintainsOneOf(actor, review.groupRefs)) return refused;
  return refusal(ofTeams(review.groupRefs), "Only maintainers of the former owner's team can settle this");
}

export function readServiceAccountsRefusal(actor: Actor): Refusal | null {
  const refused = byPersonOnly(actor, "A token cannot see service accounts; sign in to see them");
  if (refused || readPeopleRefusal(actor) === null) return refused;
  return refusal(seeing, "Only those who run the portal and maintainers of teams can see service accounts");
}

/** A maintainer's service account belongs to their teams alone and may do no more than a developer. */
export function serviceAccountRefusal(
  actor: Actor,
  account: { role: Role; groupRefs: readonly string[] },
): Refusal | null {
  const refused = byPersonOnly(actor, "A token cannot change service accounts; sign in to do it");
  if (refused || hasRole(actor, "admin")) return refused;
  if (hasRole(actor, "platform"))
    return account.role === "admin" || account.role === "leader"
      ? refusal(roleGiving, `Only an admin can have a service account with the role ${account.role}`)
      : null;
  const { groupRefs, role } = account;
  const isOfOwnTeams = groupRefs.length > 0 && groupRefs.every((ref) => maintainsOneOf(actor, [ref]));
  if (!isOfOwnTeams)
    return refusal(
      ofTeams(groupRefs),
      "Only those who run the portal can do this, or maintainers of all teams of the service account",
    );
  if (!isStronger(role, "developer")) return null;
  return refusal(
    roleGiving,
    `Only those who run the portal can have a service account with the role ${role}`,
  );
}

const adminGiving = rule(
  "identity.grant-admin",
  "When no admin is left, whoever works on the portal's machine makes one",
  "machine",
);

/** People give roles on the page of people; this way is for the day on which nobody can. */
export function grantAdminRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "system") return null;
  return refusal(adminGiving, "An admin is made on the portal's machine: npx milepost admin grant");
}
