import { beginSignIn } from "#server/auth/begin-sign-in.ts";
import {
  readAttemptCookie,
  readSessionCookie,
  writeAttemptCookie,
  writeSessionCookie,
} from "#server/auth/cookie.ts";
import { finishSignIn } from "#server/auth/finish-sign-in.ts";
import { localPath } from "#server/auth/local-path.ts";
import { providerSignOutUrl } from "#server/auth/provider-sign-out.ts";
import { isSetupSession, readSetupCookie } from "#server/auth/setup-session.ts";
import { currentSignInTools, type SignInTools } from "#server/auth/sign-in-tools.ts";
import type { Ctx } from "#server/core/context.ts";
import { DomainError, findDomainError, invalid } from "#server/core/errors.ts";
import { addressKey, takeFromRule } from "#server/core/rate-limit.ts";
import { ensureRecentSignIn } from "#server/core/recent-sign-in.ts";
import { failureWords } from "#server/identity/providers/model.ts";
import { BeginProof, SpendSignInLink } from "#server/identity/sign-in/inputs.ts";
import { isSignInRefused, recordRefusal, SignInRefused } from "#server/identity/sign-in/refusal.ts";
import { spendSignInLink } from "#server/identity/sign-in/spend-sign-in-link.ts";
import type { Browser } from "#server/identity/start-session.ts";
import { type HttpAnswer, type HttpRequest, type HttpRoute, json } from "./route.ts";

const noStore = { "cache-control": "no-store" };

const redirect = (location: string, headers: Record<string, string> = {}): HttpAnswer => ({
  status: 303,
  headers: { location, ...noStore, ...headers },
  body: null,
});

export const browserOf = (request: HttpRequest): Browser => ({
  userAgent: request.headers.get("user-agent"),
  address: request.address,
  replaces: readSessionCookie(request.headers.get("cookie")),
});

/** Writes a refusal down, unless so many came from this address that the log would be theirs: then it is "too-many". */
async function noteRefusal(
  ctx: Ctx,
  request: HttpRequest,
  refused: SignInRefused,
  provider: string,
): Promise<SignInRefused> {
  try {
    await takeFromRule(ctx.db, "signInFailure", addressKey(request.address));
  } catch (error) {
    if (findDomainError(error)?.code !== "too_many") throw error;
    return new SignInRefused("too-many", "too many failures from this address");
  }
  await recordRefusal(ctx, refused, { provider, address: request.address });
  return refused;
}

/** Where a refusal is told: the address carries a word for it and the provider's part of the address, never a secret. */
function failurePage(page: string, refused: SignInRefused, slug: string, next = "/"): string {
  const query = new URLSearchParams({ failure: refused.failure, provider: slug });
  if (next !== "/") query.set("next", next);
  return `${page}?${query}`;
}

const failurePages = { "sign-in": "/sign-in", setup: "/setup", link: "/account", confirm: "/account" };

/** In a JSON answer a refusal is a sentence. */
function toldAs(refused: SignInRefused, provider: string): DomainError {
  return new DomainError("forbidden", failureWords(refused.failure, provider));
}

async function beginInBrowser(ctx: Ctx, request: HttpRequest, tools: SignInTools): Promise<HttpAnswer> {
  const slug = request.params.slug ?? "";
  const returnTo = localPath(request.url.searchParams.get("returnTo") ?? undefined);
  try {
    await takeFromRule(ctx.db, "signIn", addressKey(request.address)).catch((error: unknown) => {
      if (findDomainError(error)?.code !== "too_many") throw error;
      throw new SignInRefused("too-many", "too many sign-ins from this address");
    });
    const browserToken = readAttemptCookie(request.headers.get("cookie"));
    const input = { slug, purpose: "sign-in", userId: null, returnTo, browserToken } as const;
    const begun = await beginSignIn(ctx, tools, input);
    return redirect(begun.location, { "set-cookie": writeAttemptCookie(begun.browserToken) });
  } catch (error) {
    if (!isSignInRefused(error)) throw error;
    const told = error.failure === "too-many" ? error : await noteRefusal(ctx, request, error, slug);
    return redirect(failurePage("/sign-in", told, slug, returnTo));
  }
}

/** Begins by script what a mere link must not begin: it is a write, so it needs the exact Origin. */
async function beginByScript(
  ctx: Ctx,
  request: HttpRequest,
  tools: SignInTools,
  purpose: "link" | "confirm" | "setup",
  returnTo: string,
): Promise<HttpAnswer> {
  const slug = request.params.slug ?? "";
  const browserToken = readAttemptCookie(request.headers.get("cookie"));
  const userId = ctx.actor.kind === "user" ? ctx.actor.id : null;
  try {
    const begun = await beginSignIn(ctx, tools, { slug, purpose, userId, returnTo, browserToken });
    const headers = { ...noStore, "set-cookie": writeAttemptCookie(begun.browserToken) };
    return json(200, { location: begun.location }, headers);
  } catch (error) {
    if (!isSignInRefused(error)) throw error;
    throw toldAs(await noteRefusal(ctx, request, error, slug), slug);
  }
}

async function comeBack(ctx: Ctx, request: HttpRequest, tools: SignInTools): Promise<HttpAnswer> {
  const slug = request.params.slug ?? "";
  const cookie = request.headers.get("cookie");
  const outcome = await finishSignIn(ctx, tools, {
    slug,
    query: request.url.searchParams,
    browserToken: readAttemptCookie(cookie),
    setupSession: readSetupCookie(cookie),
    browser: browserOf(request),
  });
  if ("refused" in outcome) {
    const refused = await noteRefusal(ctx, request, outcome.refused, outcome.provider);
    return redirect(failurePage(failurePages[outcome.purpose], refused, slug, outcome.returnTo));
  }
  const { warning, returnTo, sessionToken } = outcome;
  const page = warning ? `/account?${new URLSearchParams({ notice: "groups", next: returnTo })}` : returnTo;
  return redirect(page, { "set-cookie": writeSessionCookie(sessionToken) });
}

/** The way in through an identity provider. `tools` are those of the process unless a test brings its own. */
export const signInRoutesWith = (tools: () => SignInTools): HttpRoute[] => [
  {
    method: "GET",
    path: "/api/auth/sign-in/:slug",
    access: "anyone",
    handle: (ctx, request) => beginInBrowser(ctx, request, tools()),
  },
  {
    method: "GET",
    path: "/api/auth/callback/:slug",
    access: "anyone",
    handle: (ctx, request) => comeBack(ctx, request, tools()),
  },
  {
    method: "POST",
    path: "/api/auth/prove/:slug",
    access: "signed in",
    limit: "signIn",
    handle: async (ctx, request) => {
      const input = BeginProof.safeParse(await request.readJson(2_000));
      if (!input.success) throw invalid('Send { "purpose": "link" or "confirm", "returnTo": "/a-path" }');
      if (ctx.actor.kind !== "user")
        throw new DomainError("forbidden", "Only a person who is signed in can prove who they are");
      // One more way in is a weighty change: an unattended browser must not be able to make it.
      if (input.data.purpose === "link") ensureRecentSignIn(ctx.actor, ctx.now());
      return beginByScript(ctx, request, tools(), input.data.purpose, localPath(input.data.returnTo));
    },
  },
  {
    method: "POST",
    path: "/api/setup/sign-in/:slug",
    access: "anyone",
    limit: "signIn",
    handle: async (ctx, request) => {
      const session = readSetupCookie(request.headers.get("cookie"));
      if (!(await isSetupSession(ctx.db, session, ctx.now())))
        throw new DomainError("unauthenticated", "The setup needs its token first: open /setup");
      return beginByScript(ctx, request, tools(), "setup", "/setup");
    },
  },
  {
    method: "POST",
    path: "/api/auth/sign-in-link",
    access: "anyone",
    limit: "signIn",
    handle: async (ctx, request) => {
      const input = SpendSignInLink.safeParse(await request.readJson(2_000));
      if (!input.success) throw invalid('Send { "token": … } with the token of a sign-in link', "token");
      try {
        const { token } = input.data;
        const { sessionToken, expiresAt } = await spendSignInLink(ctx, {
          token,
          browser: browserOf(request),
        });
        const headers = { ...noStore, "set-cookie": writeSessionCookie(sessionToken) };
        return json(200, { expiresAt }, headers);
      } catch (error) {
        if (!isSignInRefused(error)) throw error;
        throw toldAs(await noteRefusal(ctx, request, error, "sign-in link"), "");
      }
    },
  },
  {
    method: "GET",
    path: "/api/auth/provider-sign-out/:slug",
    access: "anyone",
    limit: "signIn",
    handle: async (ctx, request) => {
      const url = await providerSignOutUrl(ctx, tools(), request.params.slug ?? "");
      return redirect(url ?? "/sign-in?signed-out=here");
    },
  },
];

export const signInRoutes = signInRoutesWith(currentSignInTools);
