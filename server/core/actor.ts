/**
 * What a person may do, the weakest first. A guest sees only what some groups own; platform engineers run the portal; an
 * admin may do everything.
 */
export const roles = ["guest", "developer", "leader", "platform", "admin"] as const;
export type Role = (typeof roles)[number];

export const tokenScopes = ["read", "write", "metrics", "catalog-write", "delivery-write"] as const;
export type TokenScope = (typeof tokenScopes)[number];

/**
 * Who acts: never a session object. Group refs are catalogue refs such as `group:default/payments`, ancestors included.
 * `limitedTo` names the groups that a guest may see the things of; null sees everything. `maintains` names the teams
 * that somebody looks after in the portal.
 */
export type Actor =
  | { kind: "anonymous" }
  | {
      kind: "user";
      id: string;
      name: string;
      role: Role;
      personRef: string | null;
      groupRefs: readonly string[];
      limitedTo: readonly string[] | null;
      maintains: readonly string[];
      /** By which session they act, and when they last proved who they are in it; null where no session stands behind. */
      session: { id: string; authenticatedAt: Date } | null;
    }
  | {
      kind: "token";
      id: string;
      name: string;
      role: Role;
      scopes: readonly TokenScope[];
      groupRefs: readonly string[];
      limitedTo: readonly string[] | null;
    }
  | { kind: "system"; name: string; requestedBy?: Requester | undefined };

/** Who asked for what a job does. */
export type Requester = { kind: "user" | "token"; id: string; name: string };

export const anonymous: Actor = { kind: "anonymous" };
export const systemActor = (name: string): Actor => ({ kind: "system", name });

/** True when the actor is the program itself or holds one of the roles; an admin holds every role. */
export function hasRole(actor: Actor, ...wanted: readonly Role[]): boolean {
  if (actor.kind === "anonymous") return false;
  if (actor.kind === "system") return true;
  return actor.role === "admin" || wanted.includes(actor.role);
}

/** What the role limits an actor to: only guests are, and a guest of no group sees nothing. */
export const limitOf = (role: Role, groupRefs: readonly string[]): readonly string[] | null =>
  role === "guest" ? groupRefs : null;

const rankOf = (role: Role) => roles.indexOf(role);

export const isStronger = (role: Role, other: Role): boolean => rankOf(role) > rankOf(other);

/** The actor's role; nobody's is the weakest, the program's the strongest. */
export function strongestOf(actor: Actor): Role {
  if (actor.kind === "system") return "admin";
  return actor.kind === "anonymous" ? "guest" : actor.role;
}

/** Everybody but a guest: for what belongs to no group and is open to those who work here. */
export const isInsider = (actor: Actor): boolean =>
  actor.kind === "system" || (actor.kind !== "anonymous" && actor.limitedTo === null);

export const isKnown = (actor: Actor): boolean => actor.kind !== "anonymous";

/** Whom a job that this actor orders works for; null for what the portal does by itself. */
export function requesterOf(actor: Actor): Requester | null {
  if (actor.kind === "user" || actor.kind === "token")
    return { kind: actor.kind, id: actor.id, name: actor.name };
  return actor.kind === "system" ? (actor.requestedBy ?? null) : null;
}

/** How the event log names the actor; a job by whom it works for. */
export function actorLabel(actor: Actor): { kind: Actor["kind"]; id: string | null; name: string } {
  if (actor.kind === "anonymous") return { kind: "anonymous", id: null, name: "Somebody not signed in" };
  if (actor.kind === "system") {
    const by = actor.requestedBy;
    return { kind: "system", id: by?.id ?? null, name: by ? `${by.name} (${actor.name})` : actor.name };
  }
  return { kind: actor.kind, id: actor.id, name: actor.name };
}
