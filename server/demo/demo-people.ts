import { and, eq, isNotNull, ne } from "drizzle-orm";
import { users } from "#db/schema/identity.ts";
import { demoAccounts, personName } from "#db/seed/organisation.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";

/** The people whom one can sign in as, each tied to a User of the demo catalogue. Idempotent. */
export async function addDemoPeople(tx: Ctx): Promise<void> {
  const known = await tx.db
    .select({ ref: users.personRef })
    .from(users)
    .where(and(eq(users.isDemo, true), isNotNull(users.personRef)));
  const refs = new Set(known.map((row) => row.ref));
  const missing = demoAccounts.flatMap((account, index) => {
    const personRef = `user:default/${personName(account.fullName)}`;
    if (refs.has(personRef)) return [];
    const { fullName: name, role, title: demoTitle } = account;
    return [
      { name, role, personRef, demoTitle, demoRank: String(index + 1), isDemo: true, createdAt: tx.now() },
    ];
  });
  if (missing.length > 0) await tx.db.insert(users).values(missing);
}

const evaluationAdmin = { name: "Evaluation admin", demoTitle: "Admin of this evaluation", demoRank: "1" };

/**
 * The one account that is there without the demo organisation: somebody has to be able to sign in to an evaluation.
 * Whoever is signed in as the demo admin stays so.
 */
export async function ensureEvaluationAdmin(tx: Ctx): Promise<{ id: string }> {
  const [admin] = await tx.db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.isDemo, true), eq(users.role, "admin")))
    .limit(1);
  if (admin) {
    await tx.db
      .update(users)
      .set({ ...evaluationAdmin, personRef: null })
      .where(eq(users.id, admin.id));
    return admin;
  }
  const [made] = await tx.db
    .insert(users)
    .values({ ...evaluationAdmin, role: "admin", isDemo: true, createdAt: tx.now() })
    .returning({ id: users.id });
  if (!made) throw new Error("The evaluation's admin could not be added");
  return made;
}

/** An evaluation that was started without the demo organisation still has one account to sign in with. Idempotent. */
export async function ensureSomebody(ctx: Ctx): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const [known] = await tx.db.select({ id: users.id }).from(users).where(eq(users.isDemo, true)).limit(1);
    if (!known) await ensureEvaluationAdmin(tx);
  });
}

/** All demo people but one, where one is to stay; their sessions and notices go with them. */
export async function removeDemoPeople(tx: Ctx, keep: { id: string } | null): Promise<number> {
  const gone = await tx.db
    .delete(users)
    .where(and(eq(users.isDemo, true), keep ? ne(users.id, keep.id) : undefined))
    .returning({ id: users.id });
  return gone.length;
}
