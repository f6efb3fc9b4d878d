import { eq, sql } from "drizzle-orm";
import { users } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, notFound } from "#server/core/errors.ts";
import { applyGroups } from "../apply-groups.ts";
import { linkPersonRefusal, relinkPersonRefusal, roleByLinkRefusal } from "../policy.ts";
import { dropPerson, holdPerson } from "./hold-person.ts";
import type { LinkPerson } from "./inputs.ts";
import { lockUser } from "./set-role.ts";

/**
 * Says by hand who of the catalogue somebody is; null takes it back. Maintainers do it for people of their teams, and
 * nobody gives out a stronger role than theirs by it.
 */
export async function linkPerson(ctx: Ctx, input: LinkPerson): Promise<void> {
  const { userId, personRef } = input;
  await inTransaction(ctx, async (tx) => {
    const person = personRef ? await findPerson(tx, personRef) : null;
    // To maintainers a person of another team and one that is not there are the same.
    ensure(
      personRef ? linkPersonRefusal(ctx.actor, person ?? { groupRefs: [] }) : relinkPersonRefusal(ctx.actor),
    );
    const user = await lockUser(tx, userId);
    if (user.personRef) ensure(relinkPersonRefusal(ctx.actor));
    if (user.disabledAt) throw conflict("This person is disabled: enable them first");
    if (personRef === null) {
      if (user.personRef) await dropPerson(tx, { userId, userName: user.name, personRef: user.personRef });
    } else {
      if (!person) throw notFound(`The catalog has no person ${personRef}`);
      if (user.personRef === personRef) return;
      const linked = await holdPerson(tx, { userId, personRef, by: "admin" });
      if (!linked.isLinked)
        throw conflict(`${linked.heldBy} is this person already: unlink them first`, "personRef");
    }
    await applyGroups(tx, { userIds: [userId] });
    const [now] = await tx.db.select({ role: users.role }).from(users).where(eq(users.id, userId));
    if (now && now.role !== user.role) ensure(roleByLinkRefusal(ctx.actor, now.role));
  });
}

async function findPerson(tx: Ctx, ref: string): Promise<{ groupRefs: string[] } | null> {
  const [person] = await tx.db.execute<{ groupRefs: string[] }>(sql`
    select array(
      select r.target_ref from entity_relations r where r.source_ref = e.ref and r.type = 'memberOf' order by 1
    ) as "groupRefs"
    from entities e where e.ref = ${ref} and e.kind_key = 'user' and e.file_gone_at is null`);
  return person ?? null;
}
