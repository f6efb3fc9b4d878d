import { eq, or, sql } from "drizzle-orm";
import { accounts, signInLinks, users } from "#db/schema/identity.ts";
import type { Actor } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { randomToken, sha256 } from "#server/core/crypto.ts";
import { conflict, ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { type Refusal, refusal, rule } from "#server/core/refusal.ts";
import "../events.ts";

const linkMinutes = 10;

const onTheMachine = rule(
  "identity.sign-in-link",
  "A link that signs somebody in is made by whoever works on the portal's machine",
  "machine",
);

function makeLinkRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "system") return null;
  return refusal(
    onTheMachine,
    "A sign-in link is made on the portal's machine: npx milepost admin sign-in-link",
  );
}

/**
 * Makes a single-use link's token for somebody, for the day on which the identity provider is broken. `user` is a user
 * id, a catalogue ref (user:default/ana), or the subject or login of an account. Only for whoever runs this machine.
 */
export async function makeSignInLink(
  ctx: Ctx,
  input: { user: string },
): Promise<{ token: string; expiresAt: Date; userId: string; userName: string }> {
  ensure(makeLinkRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    const user = await getUserByWord(tx, input.user);
    if (user.disabledAt) throw conflict(`${user.name} is disabled, so no link can sign them in`);
    const token = randomToken();
    const expiresAt = new Date(tx.now().getTime() + linkMinutes * 60_000);
    await tx.db
      .insert(signInLinks)
      .values({ tokenHash: sha256(token), userId: user.id, createdAt: tx.now(), expiresAt });
    const payload = { userName: user.name, expiresAt: expiresAt.toISOString() };
    await record(tx, { type: "sign-in-link.made", subjectId: user.id, payload });
    return { token, expiresAt, userId: user.id, userName: user.name };
  });
}

/** The one person whom a user id, a catalogue ref, or the subject or login of an account means. */
export async function getUserByWord(
  tx: Ctx,
  ref: string,
): Promise<{ id: string; name: string; disabledAt: Date | null }> {
  const found = await tx.db
    .selectDistinct({ id: users.id, name: users.name, disabledAt: users.disabledAt })
    .from(users)
    .leftJoin(accounts, eq(accounts.userId, users.id))
    .where(
      or(
        sql`${users.id}::text = ${ref.toLowerCase()}`,
        sql`lower(${users.personRef}) = ${ref.toLowerCase()}`,
        eq(accounts.subject, ref),
        sql`lower(${accounts.login}) = ${ref.toLowerCase()}`,
      ),
    )
    .limit(10);
  const [user, another] = found;
  if (!user)
    throw notFound(
      `Nobody here is "${ref}": give a user id, a ref such as user:default/ana, or a login or subject`,
    );
  if (another)
    throw conflict(
      `"${ref}" are several people: give the id of one. ${found.map((it) => `${it.id} is ${it.name}`).join("; ")}`,
    );
  return user;
}
