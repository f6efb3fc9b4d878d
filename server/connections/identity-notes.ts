import { abilityWords, hostAbilities } from "./model.ts";
import type { HostIdentity } from "./source-host.ts";

const soonMs = 14 * 86_400_000;

/** What an admin should know of credentials that work: when they end, and what they do not open. */
export function notesOf(identity: HostIdentity, now: Date): string[] {
  const notes: string[] = [];
  const { expiresAt, scopes, installations } = identity;
  if (expiresAt && expiresAt.getTime() - now.getTime() < soonMs)
    notes.push(
      `The token ends on ${expiresAt.toISOString().slice(0, 10)}: make a new one before, and enter it here`,
    );
  if (scopes?.includes("public_repo") && !scopes.includes("repo"))
    notes.push('Private repositories are not shown: the token has the scope "public_repo" and not "repo"');
  if (installations?.length === 0)
    notes.push("The App is not installed at any organisation yet: install it, then check again");
  for (const { account, suspendedAt } of installations ?? [])
    if (suspendedAt)
      notes.push(`${account} has suspended the App: nothing of it is read until that is lifted`);
  return notes;
}

/** The permissions that are known to be missing, each with what is lost without it. */
export function missingOf(identity: HostIdentity): { name: string; without: string }[] {
  if (identity.installations?.length === 0) return [];
  return hostAbilities
    .filter((ability) => identity.abilities[ability] === false)
    .map((ability) => abilityWords[ability]);
}
