import { type Actor, hasRole, isInsider } from "#server/core/actor.ts";
import { type Refusal, refusal, roleNeeded, rule } from "#server/core/refusal.ts";

const insiders = rule(
  "pages.insiders",
  "Guests see what their groups own, and nothing of how it got there",
  "admin",
);
const maintainers = rule("pages.teams", "Teams are looked after by their maintainers", "admin");

type Room = { path: string; refusalFor: (actor: Actor) => Refusal | null };

const insidersOnly = (actor: Actor) =>
  isInsider(actor) ? null : refusal(insiders, "Guests cannot open where the catalog comes from");

const adminsOnly = (actor: Actor) =>
  hasRole(actor, "admin") ? null : refusal(roleNeeded, "Only admins can open this");

/** The parts of the portal that not everybody who is signed in may open. Their layouts or pages ask `pageRefusal` with these paths. */
const rooms: readonly Room[] = [
  {
    path: "/admin",
    refusalFor: (actor) =>
      hasRole(actor, "platform")
        ? null
        : refusal(roleNeeded, "Only platform engineers and admins can open this"),
  },
  { path: "/admin/settings", refusalFor: adminsOnly },
  { path: "/admin/sign-in", refusalFor: adminsOnly },
  {
    path: "/catalog/discovered",
    refusalFor: (actor) =>
      isInsider(actor) ? null : refusal(insiders, "Guests cannot open what is not in the catalog yet"),
  },
  { path: "/catalog/checks", refusalFor: insidersOnly },
  { path: "/catalog/import", refusalFor: insidersOnly },
  { path: "/catalog/sources", refusalFor: insidersOnly },
  {
    path: "/catalog/truth",
    refusalFor: (actor) =>
      isInsider(actor) ? null : refusal(insiders, "Guests cannot see how the catalog is kept"),
  },
  {
    path: "/insights/external",
    refusalFor: (actor) =>
      hasRole(actor, "leader", "platform")
        ? null
        : refusal(roleNeeded, "Only engineering leaders and those who run the portal can open this"),
  },
  {
    path: "/teams",
    refusalFor: (actor) =>
      hasRole(actor, "platform") || (actor.kind === "user" && isInsider(actor) && actor.maintains.length > 0)
        ? null
        : refusal(maintainers, "Only those who look after a team can open this"),
  },
];

/**
 * Why the actor cannot open a part of the portal; null when they can. A courtesy of the page: what guards the data are the
 * procedures. Throws for a path that is no such part.
 */
export function pageRefusal(path: string, actor: Actor): Refusal | null {
  const room = rooms.find((known) => known.path === path);
  if (!room) throw new Error(`No room is at ${path}`);
  return room.refusalFor(actor);
}
