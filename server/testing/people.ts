import { randomUUID } from "node:crypto";
import { users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { type Actor, limitOf, type Role, type TokenScope } from "#server/core/actor.ts";

/** A signed-in person for a verb's context; no row stands behind it unless `makeUser` made one. */
export function person(
  role: Role,
  options: {
    groupRefs?: readonly string[];
    id?: string;
    personRef?: string;
    limitedTo?: readonly string[];
    maintains?: readonly string[];
    authenticatedAt?: Date;
  } = {},
): Actor & { kind: "user" } {
  return {
    kind: "user",
    id: options.id ?? randomUUID(),
    name: `A ${role}`,
    role,
    personRef: options.personRef ?? null,
    groupRefs: options.groupRefs ?? [],
    limitedTo: limitOf(role, options.limitedTo ?? []),
    maintains: options.maintains ?? [],
    session: { id: randomUUID(), authenticatedAt: options.authenticatedAt ?? new Date() },
  };
}

export function tokenActor(role: Role, scopes: readonly TokenScope[]): Actor & { kind: "token" } {
  const limitedTo = limitOf(role, []);
  return {
    kind: "token",
    id: randomUUID(),
    name: `A ${role}'s token`,
    role,
    scopes,
    groupRefs: [],
    limitedTo,
  };
}

/** A row in `users`, and the Actor that it signs in as. */
export async function makeUser(
  db: Db,
  role: Role,
  options: { personRef?: string; isDemo?: boolean; demoTitle?: string } = {},
): Promise<Actor & { kind: "user" }> {
  const actor = person(role, options.personRef ? { personRef: options.personRef } : {});
  await db.insert(users).values({
    id: actor.id,
    name: actor.name,
    role,
    personRef: options.personRef ?? null,
    isDemo: options.isDemo ?? false,
    demoTitle: options.demoTitle ?? null,
    demoRank: options.demoTitle ?? null,
  });
  return actor;
}
