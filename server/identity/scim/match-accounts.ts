import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { restoreAccess } from "../people/disable-person.ts";
import { endAccess } from "../people/end-access.ts";

/**
 * Finds the account of each of these SCIM users at their directory's sign-in provider: its subject, or the claim that
 * the connection names, equals the SCIM user's externalId. Never by an e-mail address. Only where it is exactly one.
 */
async function match(tx: Ctx, among: SQL): Promise<void> {
  await tx.db.execute(sql`
    with found as (
      select d.id, (array_agg(a.user_id))[1] as user_id, count(distinct a.user_id) as people
      from scim_users d
        join connections c on c.id = d.connection_id
        join accounts a on a.connection_id::text = c.settings ->> 'providerId' and d.external_id =
          case c.settings ->> 'matchClaim' when 'sub' then a.subject else a.claims ->> (c.settings ->> 'matchClaim') end
      where ${among} group by d.id
    )
    update scim_users d set user_id = found.user_id from found
    where found.id = d.id and found.people = 1 and d.user_id is distinct from found.user_id`);
}

/**
 * After a directory has written one of its users: who is switched off there has no access here from the next request on.
 * Whoever was matched once stays matched, also when the account has gone since or matches no more, so that switching off
 * never runs into nothing. Answers with the portal's user; null for somebody who never signed in.
 */
export async function settleScimUser(tx: Ctx, scimUserId: string): Promise<string | null> {
  await match(tx, sql`d.id = ${scimUserId}`);
  const [held] = await tx.db.execute<{ userId: string | null; isActive: boolean; connection: string }>(sql`
    select d.user_id as "userId", d.is_active as "isActive", c.name as connection
    from scim_users d join connections c on c.id = d.connection_id where d.id = ${scimUserId}`);
  if (!held?.userId) return null;
  const { userId, isActive, connection } = held;
  if (isActive) await letIn(tx, userId);
  else await endAccess(tx, { userId, reason: `Switched off in ${connection}`, via: "scim" });
  return userId;
}

/** Whom the directory had kept out may come in again; whom an admin did stays out. */
async function letIn(tx: Ctx, userId: string): Promise<void> {
  const [kept] = await tx.db.execute<{ name: string }>(sql`
    select u.name from users u where u.id = ${userId} and u.disabled_at is not null and u.disabled_via = 'scim'
      and not exists (select 1 from scim_users d where d.user_id = u.id and not d.is_active) for update`);
  if (kept) await restoreAccess(tx, { userId, userName: kept.name, via: "scim" });
}

/**
 * At a sign-in: the directory may have known this person before they came. False when it has switched them off, which
 * keeps them out.
 */
export async function settleScimAccount(
  tx: Ctx,
  { accountId, userId }: { accountId: string; userId: string },
): Promise<boolean> {
  await match(
    tx,
    sql`d.external_id in (
      select a.subject from accounts a where a.id = ${accountId}
      union select value #>> '{}' from accounts a, jsonb_each(a.claims) where a.id = ${accountId}
    )`,
  );
  const [off] = await tx.db.execute(sql`
    select 1 from scim_users where user_id = ${userId} and not is_active limit 1`);
  return off === undefined;
}
