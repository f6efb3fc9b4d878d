import { and, eq, isNull } from "drizzle-orm";
import { connections } from "#db/schema/core.ts";
import { accounts, users } from "#db/schema/identity.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";
import "../events.ts";
import { applyGroups } from "../apply-groups.ts";
import { linkAtSignIn } from "../people/link-at-sign-in.ts";
import type { StoredProvider } from "../providers/stored-provider.ts";
import { matchScimAtSignIn } from "../scim/match-at-sign-in.ts";
import { asUser, type Browser, startSession } from "../start-session.ts";
import type { ProviderProfile } from "./profile.ts";
import { SignInRefused } from "./refusal.ts";

export type SignedIn = { sessionToken: string; expiresAt: Date; userId: string };
type Proven = { provider: StoredProvider; profile: ProviderProfile; browser: Browser };

/** What else has to happen in the transaction of a sign-in, such as making the first admin. */
export type AfterSignIn = (tx: Ctx, who: { userId: string; accountId: string }) => Promise<void>;

/**
 * Signs in whom a provider has proven. The account is found by issuer and subject and by nothing else; whoever comes for
 * the first time gets a user, where the provider's settings let them. Throws SignInRefused.
 */
export async function signInWithAccount(
  ctx: Ctx,
  input: Proven & { isSetup?: boolean },
  after: readonly AfterSignIn[] = [],
): Promise<SignedIn> {
  return inTransaction(ctx, async (tx) => {
    const { provider, profile } = input;
    await ensureStillOffered(tx, provider);
    const known = await findAccount(tx, profile);
    if (!known && provider.settings.admits === "known" && !input.isSetup)
      throw new SignInRefused("unknown-person", `${profile.login ?? profile.subject} has no account here`);
    const account = known ?? (await addPerson(tx, provider, profile));
    if (account.disabledAt) throw new SignInRefused("disabled", `${account.userName} is disabled here`);
    const bySignIn = causedBySignIn(tx, account, provider);
    await keepProfile(bySignIn, account.id, provider, profile);
    await tx.db
      .update(users)
      .set({ name: profile.name, email: profile.email })
      .where(eq(users.id, account.userId));
    for (const step of after) await step(bySignIn, { userId: account.userId, accountId: account.id });
    await applyProof(bySignIn, { userId: account.userId, accountId: account.id });
    const { userId, id: accountId } = account;
    const session = {
      userId,
      accountId,
      via: "provider",
      provider: provider.name,
      browser: input.browser,
    } as const;
    return { ...(await startSession(tx, session)), userId };
  });
}

/** Proves once more that it is the person who is signed in: the account has to be theirs. A new session takes over. */
export async function confirmWithAccount(ctx: Ctx, input: Proven & { userId: string }): Promise<SignedIn> {
  return inTransaction(ctx, async (tx) => {
    await ensureStillOffered(tx, input.provider);
    const account = await findAccount(tx, input.profile);
    if (account?.userId !== input.userId)
      throw new SignInRefused("other-account", "another account was used to confirm");
    if (account.disabledAt) throw new SignInRefused("disabled", `${account.userName} is disabled here`);
    const { userId, id: accountId, userName } = account;
    const provider = input.provider.name;
    await record(tx, { type: "session.confirmed", subjectId: userId, payload: { userName, provider } });
    const session = { userId, accountId, via: "provider", provider, browser: input.browser } as const;
    return { ...(await startSession(tx, session)), userId };
  });
}

/** Links one more account to a person who is signed in and has just proven both. */
export async function linkAccount(ctx: Ctx, input: Proven & { userId: string }): Promise<SignedIn> {
  return inTransaction(ctx, async (tx) => {
    const { provider, profile, userId, browser } = input;
    await ensureStillOffered(tx, provider);
    const [user] = await tx.db
      .select({ name: users.name })
      .from(users)
      .where(eq(users.id, userId))
      .for("update");
    if (!user) throw new SignInRefused("expired", "the person who began it is gone");
    const known = await findAccount(tx, profile);
    if (known && known.userId !== userId)
      throw new SignInRefused(
        "account-taken",
        `${profile.login ?? profile.subject} belongs to another person here`,
      );
    const accountId = known?.id ?? (await insertAccount(tx, userId, provider, profile));
    const bySignIn = causedBySignIn(tx, { userId, userName: user.name }, provider);
    await keepProfile(bySignIn, accountId, provider, profile);
    const { issuer, login } = profile;
    if (!known)
      await record(tx, {
        type: "account.linked",
        subjectId: userId,
        payload: { userName: user.name, provider: provider.name, issuer, login },
      });
    await applyProof(bySignIn, { userId, accountId });
    // That somebody proved another account says nothing new of the person who was signed in.
    const { actor } = tx;
    const authenticatedAt = (actor.kind === "user" && actor.session?.authenticatedAt) || new Date(0);
    const by = { via: "provider", provider: provider.name, authenticatedAt } as const;
    const session = { userId, accountId, browser, ...by };
    return { ...(await startSession(tx, session)), userId };
  });
}

/** The answer of a provider can take its time: meanwhile it may have been switched off, which is to hold at once. */
async function ensureStillOffered(tx: Ctx, provider: StoredProvider): Promise<void> {
  const [row] = await tx.db
    .select({ id: connections.id })
    .from(connections)
    .where(and(eq(connections.id, provider.id), isNull(connections.disabledAt)))
    .for("share");
  if (!row) throw new SignInRefused("expired", "the provider was switched off meanwhile");
}

type KnownAccount = { id: string; userId: string; userName: string; disabledAt: Date | null };

async function findAccount(tx: Ctx, profile: ProviderProfile): Promise<KnownAccount | null> {
  const [row] = await tx.db
    .select({ id: accounts.id, userId: accounts.userId, userName: users.name, disabledAt: users.disabledAt })
    .from(accounts)
    .innerJoin(users, eq(users.id, accounts.userId))
    .where(and(eq(accounts.issuer, profile.issuer), eq(accounts.subject, profile.subject)))
    .for("update");
  return row ?? null;
}

async function addPerson(tx: Ctx, provider: StoredProvider, profile: ProviderProfile): Promise<KnownAccount> {
  const { name, email } = profile;
  // The weakest role until the groups say more, in this same transaction.
  const [user] = await tx.db
    .insert(users)
    .values({ name, email, role: "guest", createdAt: tx.now() })
    .returning({ id: users.id });
  if (!user) throw new Error("A user was not written");
  const payload = { userName: name, provider: provider.name };
  await record(asUser(tx, user.id, name), { type: "person.created", subjectId: user.id, payload });
  const id = await insertAccount(tx, user.id, provider, profile);
  return { id, userId: user.id, userName: name, disabledAt: null };
}

/** Two first sign-ins of one person at the same moment: the second one finds the key taken, and begins again. */
async function insertAccount(
  tx: Ctx,
  userId: string,
  provider: StoredProvider,
  profile: ProviderProfile,
): Promise<string> {
  const { issuer, subject, name } = profile;
  const [row] = await tx.db
    .insert(accounts)
    .values({
      userId,
      connectionId: provider.id,
      issuer,
      subject,
      name,
      createdAt: tx.now(),
      signedInAt: tx.now(),
    })
    .onConflictDoNothing()
    .returning({ id: accounts.id });
  if (!row) throw new SignInRefused("expired", "the same person signed in for the first time twice at once");
  return row.id;
}

async function keepProfile(
  tx: Ctx,
  accountId: string,
  provider: StoredProvider,
  profile: ProviderProfile,
): Promise<void> {
  const { name, email, login, claims, groups } = profile;
  const known = groups === null ? {} : { groupNames: [...groups] };
  const [row] = await tx.db
    .update(accounts)
    .set({ connectionId: provider.id, name, email, login, claims, signedInAt: tx.now(), ...known })
    .where(eq(accounts.id, accountId))
    .returning({ userId: accounts.userId });
  if (!profile.warning || !row) return;
  const payload = { userName: name, provider: provider.name, detail: profile.warning.slice(0, 300) };
  await record(tx, { type: "account.partly-read", subjectId: row.userId, payload });
}

/**
 * For the record of what follows from a sign-in by rules that others made, such as a role: neither did the person do it,
 * nor somebody who is not signed in.
 */
function causedBySignIn(
  tx: Ctx,
  { userId, userName }: { userId: string; userName: string },
  { name }: StoredProvider,
): Ctx {
  const requestedBy = { kind: "user", id: userId, name: userName } as const;
  return { ...tx, actor: { kind: "system", name: `sign-in at ${name}`, requestedBy } };
}

/** Who they are in the catalogue comes first: groups of the catalogue count for the role too. */
async function applyProof(tx: Ctx, who: { userId: string; accountId: string }): Promise<void> {
  await matchScimAtSignIn(tx, who);
  await linkAtSignIn(tx, who);
  await applyGroups(tx, { userIds: [who.userId] });
}
