import { type Actor, hasRole } from "#server/core/actor.ts";
import { peopleOnly, type Refusal, refusal, rule, tokenScope } from "#server/core/refusal.ts";

const customSources = rule(
  "catalog.custom-sources",
  "Admins say which programs may write into the catalog",
  "admin",
);
const guard = rule(
  "catalog.vanishing",
  "Many entries do not vanish at once unless an admin says so",
  "admin",
);

/** Entries of kinds without an owner, such as teams and people, are for those who run the portal: rights rest on them. */
const kept = (ownerRefs: readonly string[]) =>
  rule(
    "catalog.portal-entries",
    "Entries that are kept in the portal are written by maintainers of the owning team and by those who run the portal",
    "platform",
    ...ownerRefs.map((ref) => `maintainer:${ref}` as const),
  );

/** Why the actor may not write an entry that these own, before or after; null where nobody does. */
export function keepRefusal(actor: Actor, ownerRefs: readonly (string | null)[]): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  const owners = ownerRefs.filter((ref) => ref !== null);
  const isMaintainer =
    actor.kind === "user" &&
    actor.limitedTo === null &&
    owners.length > 0 &&
    owners.length === ownerRefs.length &&
    owners.every((ref) => actor.maintains.includes(ref));
  if (isMaintainer) return null;
  const sentence =
    owners.length === 0
      ? "Only platform engineers keep entries without an owning team in the portal"
      : `Only maintainers of ${[...new Set(owners)].join(" and ")} and platform engineers can change this`;
  return refusal(kept(owners), sentence);
}

/** Why the actor may not open the editor for a new entry at all. */
export function addEntryRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  if (actor.kind === "user" && actor.limitedTo === null && actor.maintains.length > 0) return null;
  return refusal(kept([]), "Only maintainers of a team and platform engineers add entries in the portal");
}

export function manageCustomSourcesRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "A token cannot say which programs may write; sign in as an admin");
  return hasRole(actor, "admin")
    ? null
    : refusal(customSources, "Only an admin can say which programs may write into the catalog");
}

/** Whoever runs the portal; of their tokens those that are made for it. */
export function pushRefusal(actor: Actor): Refusal | null {
  if (!hasRole(actor, "platform"))
    return refusal(
      customSources,
      "Only platform engineers and their tokens write entries of a custom source",
    );
  if (actor.kind === "token" && !actor.scopes.includes("catalog-write"))
    return refusal(tokenScope, 'This token lacks the scope "catalog-write"');
  return null;
}

export function forceRefusal(actor: Actor): Refusal | null {
  return hasRole(actor, "admin") ? null : refusal(guard, "Only an admin can force so many entries to vanish");
}
