import { eq } from "drizzle-orm";
import { users } from "#db/schema/identity.ts";
import { record } from "#server/core/events.ts";
import { SignInRefused } from "#server/identity/sign-in/refusal.ts";
import type { AfterSignIn } from "#server/identity/sign-in/sign-in-with-account.ts";
import { lockSetup } from "#server/installation/create-setup-token.ts";

/** Whoever signs in during the setup holds its token, and so becomes an admin: no group can take that away. */
export const makeFirstAdmin: AfterSignIn = async (tx, { userId }) => {
  // The setup may have been finished, or begun anew elsewhere, while the provider was asked.
  const { setupFinishedAt, setupSessionExpiresAt } = await lockSetup(tx);
  if (setupFinishedAt || !setupSessionExpiresAt || setupSessionExpiresAt <= tx.now())
    throw new SignInRefused("expired", "the setup session has ended");
  const [user] = await tx.db
    .select({ name: users.name, role: users.role })
    .from(users)
    .where(eq(users.id, userId));
  if (!user || user.role === "admin") return;
  await tx.db
    .update(users)
    .set({ role: "admin", roleSource: "setup", guestGroupRefs: [] })
    .where(eq(users.id, userId));
  const change = { from: user.role, to: "admin", because: "setup", groupRefs: [] } as const;
  await record(tx, {
    type: "person.role-changed",
    subjectId: userId,
    payload: { userName: user.name, ...change },
  });
};
