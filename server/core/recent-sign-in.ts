import type { Actor } from "./actor.ts";
import { DomainError } from "./errors.ts";
import { type Refusal, refusal, rule } from "./refusal.ts";

/** A weighty change asks for a proof of identity that is younger than this. */
const recentMinutes = 15;

const recentSignIn = rule(
  "recent-sign-in",
  "Weighty changes ask for a proof of identity that is a few minutes old",
  "yourself",
);

/** The field of the refusal, by which a page knows to offer the confirmation. */
export const confirmField = "confirm";

/**
 * Why somebody has to prove once more who they are before a weighty change (who may sign in, roles, keys), so that an
 * unattended browser cannot make it; null when they just did. The program itself and tokens have other guards.
 */
export function recentSignInRefusal(actor: Actor, now: Date): Refusal | null {
  if (actor.kind !== "user") return null;
  const since = now.getTime() - (actor.session?.authenticatedAt.getTime() ?? 0);
  if (since <= recentMinutes * 60_000) return null;
  return refusal(
    recentSignIn,
    `Confirm first that it is you: your sign-in is older than ${recentMinutes} minutes, which is too old for this change`,
  );
}

/** Throws that refusal, in the form that a page can offer the confirmation for. */
export function ensureRecentSignIn(actor: Actor, now: Date): void {
  const found = recentSignInRefusal(actor, now);
  if (found) throw new DomainError("forbidden", found.sentence, confirmField, found);
}
