import type { ProviderCheck } from "#server/auth/provider-check.ts";
import { isSetupSession, readSetupCookie } from "#server/auth/setup-session.ts";
import { outsideForProvider } from "#server/auth/sign-in-tools.ts";
import { testProvider } from "#server/auth/test-provider.ts";
import type { Ctx } from "#server/core/context.ts";
import { readEnv } from "#server/core/env.ts";
import { DomainError, ensure, invalid } from "#server/core/errors.ts";
import { currentKeyring } from "#server/core/keyring.ts";
import { SaveProvider } from "#server/identity/providers/inputs.ts";
import { redirectUriOf } from "#server/identity/providers/model.ts";
import { manageProvidersRefusal } from "#server/identity/providers/policy.ts";
import { storedSecretFor } from "#server/identity/providers/stored-secret.ts";
import { type HttpRequest, type HttpRoute, json } from "./route.ts";

/** Tries the settings as they stand in the form. A stored secret is used only for where it was meant to go. */
async function test(ctx: Ctx, request: HttpRequest): Promise<{ checks: ProviderCheck[] }> {
  const input = SaveProvider.safeParse(await request.readJson(200_000));
  if (!input.success) {
    const [issue] = input.error.issues;
    throw invalid(issue?.message ?? "The settings cannot be read", String(issue?.path.at(-1) ?? ""));
  }
  const { id, settings, slug } = input.data;
  const clientSecret =
    input.data.clientSecret ?? (await storedSecretFor(ctx, currentKeyring(), id, settings));
  const env = readEnv();
  const redirectUri = redirectUriOf(env.MILEPOST_URL ?? request.url.origin, slug);
  const outside = outsideForProvider(env, settings);
  try {
    return await testProvider({ settings, clientSecret, redirectUri }, outside);
  } finally {
    await outside.close();
  }
}

const headers = { "cache-control": "no-store" };

export const providerTestRoutes: readonly HttpRoute[] = [
  {
    method: "POST",
    path: "/api/auth/test-provider",
    access: "role: admin",
    limit: "connectionTest",
    handle: async (ctx, request) => {
      ensure(manageProvidersRefusal(ctx.actor));
      return json(200, await test(ctx, request), headers);
    },
  },
  {
    method: "POST",
    path: "/api/setup/test-provider",
    access: "anyone",
    limit: "connectionTest",
    handle: async (ctx, request) => {
      const session = readSetupCookie(request.headers.get("cookie"));
      if (!(await isSetupSession(ctx.db, session, ctx.now())))
        throw new DomainError("unauthenticated", "The setup needs its token first: open /setup");
      return json(200, await test(ctx, request), headers);
    },
  },
];
