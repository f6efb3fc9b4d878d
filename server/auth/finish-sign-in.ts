import type { Ctx } from "#server/core/context.ts";
import { type AttemptPurpose, takeAttempt } from "#server/identity/sign-in/attempts.ts";
import { isSignInRefused, SignInRefused } from "#server/identity/sign-in/refusal.ts";
import {
  confirmWithAccount,
  linkAccount,
  type SignedIn,
  signInWithAccount,
} from "#server/identity/sign-in/sign-in-with-account.ts";
import type { Browser } from "#server/identity/start-session.ts";
import { getOfferedProvider, mustBeFresh, redirectUriFor, speakTo } from "./begin-sign-in.ts";
import { makeFirstAdmin } from "./make-first-admin.ts";
import { isSetupSession } from "./setup-session.ts";
import type { SignInTools } from "./sign-in-tools.ts";
import { readAnswer } from "./speak.ts";

type Finishing = {
  /** Whose callback address was called. */
  slug: string;
  /** As the provider sent it. */
  query: URLSearchParams;
  browserToken: string | null;
  /** The browser's setup session, where it has one. */
  setupSession: string | null;
  browser: Browser;
};

export type Finished = SignedIn & { purpose: AttemptPurpose; returnTo: string; warning: string | null };

/** A refusal, with what is known of the sign-in that it ended: where to tell it depends on that. */
export type Failed = { refused: SignInRefused; provider: string; purpose: AttemptPurpose; returnTo: string };

/**
 * Takes the browser that comes back from a provider. The attempt is used up first, whatever the provider answered; then
 * the answer is proven; then everything that follows from it happens in one transaction.
 */
export async function finishSignIn(
  ctx: Ctx,
  tools: SignInTools,
  input: Finishing,
): Promise<Finished | Failed> {
  const about: Omit<Failed, "refused"> = { provider: input.slug, purpose: "sign-in", returnTo: "/" };
  try {
    const provider = await getOfferedProvider(ctx, input.slug);
    about.provider = provider.name;
    const state = onlyOne(input.query, "state");
    const attempt =
      state && input.browserToken
        ? await takeAttempt(
            ctx,
            { state, browserToken: input.browserToken, connectionId: provider.id },
            tools.keyring(),
          )
        : null;
    if (!state || !attempt)
      throw new SignInRefused(
        "expired",
        "no sign-in of this browser at this provider waits for such an answer",
      );
    const { purpose, returnTo, secrets, createdAt } = attempt;
    Object.assign(about, { purpose, returnTo });
    await refuseOther(ctx, attempt, input);
    const profile = await readAnswer(await speakTo(ctx, tools, provider), {
      redirectUri: redirectUriFor(tools, provider.slug),
      state,
      secrets,
      isFresh: mustBeFresh(purpose),
      query: input.query,
      begunAt: createdAt,
    });
    const proven = { provider, profile, browser: input.browser };
    const userId = attempt.userId ?? "";
    const signedIn =
      purpose === "link"
        ? await linkAccount(ctx, { ...proven, userId })
        : purpose === "confirm"
          ? await confirmWithAccount(ctx, { ...proven, userId })
          : purpose === "setup"
            ? await signInWithAccount(ctx, { ...proven, isSetup: true }, [makeFirstAdmin])
            : await signInWithAccount(ctx, proven);
    return { ...signedIn, purpose, returnTo, warning: profile.warning };
  } catch (error) {
    if (isSignInRefused(error)) return { ...about, refused: error };
    throw error;
  }
}

/** A parameter that stands there twice is no answer of a provider (RFC 6749 3.1). */
function onlyOne(query: URLSearchParams, name: string): string | null {
  const [value, another] = query.getAll(name);
  return value && another === undefined ? value : null;
}

/** Between the beginning and the end the person may have signed out, or the setup may have been closed. */
async function refuseOther(
  ctx: Ctx,
  attempt: { purpose: AttemptPurpose; userId: string | null },
  input: Finishing,
): Promise<void> {
  const { actor } = ctx;
  const isOwn = actor.kind === "user" && actor.id === attempt.userId;
  if (mustBeFresh(attempt.purpose) && !isOwn)
    throw new SignInRefused("expired", "whoever began it is not signed in any more");
  if (attempt.purpose === "setup" && !(await isSetupSession(ctx.db, input.setupSession, ctx.now())))
    throw new SignInRefused("expired", "the setup session of this browser has ended");
}
