import { type Actor, hasRole, type Role, type TokenScope } from "#server/core/actor.ts";

/** Why this actor cannot make such a token; null when there is no objection. Nobody gives out more than they have. */
export function createTokenRefusal(
  actor: Actor,
  token: { role: Role; scopes: readonly TokenScope[] },
): string | null {
  if (actor.kind === "token") return "A token cannot make another token; sign in to make one";
  if (!hasRole(actor, "platform")) return "Only platform engineers and admins can make API tokens";
  if (!hasRole(actor, token.role) && (token.role === "admin" || token.role === "leader"))
    return `Only an admin can make a token with the role ${token.role}`;
  return null;
}

export function revokeTokenRefusal(actor: Actor): string | null {
  if (actor.kind === "token") return "A token cannot revoke tokens; sign in to revoke one";
  return hasRole(actor, "platform") ? null : "Only platform engineers and admins can revoke API tokens";
}

export function readTokensRefusal(actor: Actor): string | null {
  return hasRole(actor, "platform") ? null : "Only platform engineers and admins can see API tokens";
}

/** Signing in as a demo person exists only in an evaluation, where the demo organisation is loaded. */
export function demoSignInRefusal(mode: "evaluation" | "production"): string | null {
  return mode === "evaluation" ? null : "Demo people can sign in only while this portal is an evaluation";
}

export function ownAccountRefusal(actor: Actor): string | null {
  return actor.kind === "user" ? null : "Only a person who is signed in can change their own settings";
}
