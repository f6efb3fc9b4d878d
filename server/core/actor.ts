/** What a person may do. Platform engineers run the portal; an admin may do everything. */
export const roles = ["developer", "leader", "platform", "admin"] as const;
export type Role = (typeof roles)[number];

export const tokenScopes = ["read", "write", "metrics"] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** Who acts: never a session object. Group refs are catalogue refs such as `group:default/payments`, ancestors included. */
export type Actor =
  | { kind: "anonymous" }
  | {
      kind: "user";
      id: string;
      name: string;
      role: Role;
      personRef: string | null;
      groupRefs: readonly string[];
    }
  | {
      kind: "token";
      id: string;
      name: string;
      role: Role;
      scopes: readonly TokenScope[];
      groupRefs: readonly string[];
    }
  | { kind: "system"; name: string };

export const anonymous: Actor = { kind: "anonymous" };
export const systemActor = (name: string): Actor => ({ kind: "system", name });

/** True when the actor is the program itself or holds one of the roles; an admin holds every role. */
export function hasRole(actor: Actor, ...wanted: readonly Role[]): boolean {
  if (actor.kind === "anonymous") return false;
  if (actor.kind === "system") return true;
  return actor.role === "admin" || wanted.includes(actor.role);
}

export const isKnown = (actor: Actor): boolean => actor.kind !== "anonymous";

/** How the event log names the actor. */
export function actorLabel(actor: Actor): { kind: Actor["kind"]; id: string | null; name: string } {
  if (actor.kind === "anonymous") return { kind: "anonymous", id: null, name: "Somebody not signed in" };
  if (actor.kind === "system") return { kind: "system", id: null, name: actor.name };
  return { kind: actor.kind, id: actor.id, name: actor.name };
}
