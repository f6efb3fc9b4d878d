import type { Db } from "#db/types.ts";
import type { Actor } from "#server/core/actor.ts";
import { addressKey, takeFromRule } from "#server/core/rate-limit.ts";
import { resolveActor } from "./resolve-actor.ts";

/**
 * As `resolveActor`; a bearer token that does not hold is counted against the address it comes from. One that holds is
 * never refused for the bad ones of others behind the same address. Throws `too_many`.
 */
export async function resolveCaller(
  db: Db,
  carried: { cookie: string | null | undefined; authorization: string | null | undefined },
  now: Date,
  address: string | null,
): Promise<Actor> {
  const actor = await resolveActor(db, carried, now);
  if (carried.authorization && actor.kind === "anonymous")
    await takeFromRule(db, "tokenFailure", addressKey(address));
  return actor;
}
