import type { Ctx } from "#server/core/context.ts";
import { isSignInRefused } from "#server/identity/sign-in/refusal.ts";
import { openConfiguration } from "#server/integrations/openid/openid-client.ts";
import { OpenidError } from "#server/integrations/openid/openid-error.ts";
import { getOfferedProvider, speakTo } from "./begin-sign-in.ts";
import type { SignInTools } from "./sign-in-tools.ts";
import { openidSettings } from "./speak.ts";

/**
 * Where somebody ends their session at the provider too (OpenID Connect RP-Initiated Logout 1.0). No ID token is kept, so
 * the client is named instead, and the provider may ask. Null where the provider has no such page or cannot be asked.
 */
export async function providerSignOutUrl(ctx: Ctx, tools: SignInTools, slug: string): Promise<string | null> {
  try {
    const provider = await getOfferedProvider(ctx, slug);
    if (provider.settings.protocol === "github") return null;
    const spoken = await speakTo(ctx, tools, provider);
    const configuration = await openConfiguration(openidSettings(spoken), { ...spoken.reach, now: ctx.now });
    const { end_session_endpoint: endpoint } = configuration.serverMetadata();
    const url = endpoint ? URL.parse(endpoint) : null;
    if (!url || !/^https?:$/.test(url.protocol)) return null;
    url.searchParams.set("client_id", provider.settings.clientId);
    if (tools.publicUrl)
      url.searchParams.set("post_logout_redirect_uri", `${new URL(tools.publicUrl).origin}/sign-in`);
    return url.href;
  } catch (error) {
    if (isSignInRefused(error) || error instanceof OpenidError) return null;
    throw error;
  }
}
