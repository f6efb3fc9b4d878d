import type { Db } from "#db/types.ts";
import { addressKey, takeFromRule } from "#server/core/rate-limit.ts";
import { type Carried, type Resolved, resolveRequest } from "./resolve-actor.ts";

/**
 * As `resolveRequest`; a bearer token that does not hold is counted against the address it comes from. One that holds is
 * never refused for the bad ones of others behind the same address. Throws `too_many`.
 */
export async function resolveCaller(
  db: Db,
  carried: Carried,
  now: Date,
  address: string | null,
): Promise<Resolved> {
  const resolved = await resolveRequest(db, carried, now);
  if (carried.authorization && resolved.actor.kind === "anonymous")
    await takeFromRule(db, "tokenFailure", addressKey(address));
  return resolved;
}
