import type { Ctx } from "#server/core/context.ts";
import { randomToken } from "#server/core/crypto.ts";
import { redirectUriOf } from "#server/identity/providers/model.ts";
import {
  listProviders,
  openClientSecret,
  type StoredProvider,
} from "#server/identity/providers/stored-provider.ts";
import { type AttemptPurpose, openAttempt } from "#server/identity/sign-in/attempts.ts";
import { SignInRefused } from "#server/identity/sign-in/refusal.ts";
import type { SignInTools } from "./sign-in-tools.ts";
import { type Spoken, signInUrl } from "./speak.ts";

type Beginning = {
  slug: string;
  purpose: AttemptPurpose;
  /** Of "link" and "confirm": who is signed in. */
  userId: string | null;
  /** Where to go afterwards: a path of the portal. */
  returnTo: string;
  /** The cookie that this browser has already from a sign-in in another tab. */
  browserToken: string | null;
};

/** A provider that is switched on. Throws SignInRefused. */
export async function getOfferedProvider(ctx: Ctx, slug: string): Promise<StoredProvider> {
  const provider = (await listProviders(ctx)).find((it) => it.slug === slug && it.disabledAt === null);
  if (!provider)
    throw new SignInRefused("no-such-provider", `nothing is called ${slug.slice(0, 40)}, or it is off`);
  return provider;
}

export async function speakTo(ctx: Ctx, tools: SignInTools, provider: StoredProvider): Promise<Spoken> {
  const clientSecret = await openClientSecret(ctx, tools.keyring(), provider.id);
  return { provider, clientSecret, reach: tools.reach(provider), now: ctx.now };
}

/** The address that the provider sends the browser back to; the public address is its only source. */
export function redirectUriFor(tools: SignInTools, slug: string): string {
  if (!tools.publicUrl)
    throw new SignInRefused(
      "provider-settings",
      "MILEPOST_URL is not set, so there is no address to come back to",
    );
  return redirectUriOf(tools.publicUrl, slug);
}

/** "link" and "confirm" prove something only when the person signs in at the provider anew. */
export const mustBeFresh = (purpose: AttemptPurpose): boolean => purpose === "link" || purpose === "confirm";

/** Begins a sign-in: the browser goes to `location`, and keeps `browserToken` in a cookie until it is back. */
export async function beginSignIn(
  ctx: Ctx,
  tools: SignInTools,
  input: Beginning,
): Promise<{ location: string; browserToken: string }> {
  const provider = await getOfferedProvider(ctx, input.slug);
  const redirectUri = redirectUriFor(tools, provider.slug);
  const browserToken = input.browserToken ?? randomToken();
  const secrets = { verifier: randomToken(), nonce: randomToken() };
  const { purpose, userId, returnTo } = input;
  const opening = { connectionId: provider.id, purpose, browserToken, userId, returnTo, secrets };
  const { state } = await openAttempt(ctx, opening, tools.keyring());
  const spoken = await speakTo(ctx, tools, provider);
  const url = await signInUrl(spoken, { redirectUri, state, secrets, isFresh: mustBeFresh(purpose) });
  return { location: url.href, browserToken };
}
