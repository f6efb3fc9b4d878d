import { count, inArray, isNotNull } from "drizzle-orm";
import { connectionSecrets } from "#db/schema/core.ts";
import { accounts } from "#db/schema/identity.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { recentSignInRefusal } from "#server/core/recent-sign-in.ts";
import type { Refusal } from "#server/core/refusal.ts";
import type { Mode } from "#server/installation/model.ts";
import { readMode } from "#server/installation/read.ts";
import type { ProviderSettings } from "./inputs.ts";
import type { Protocol } from "./model.ts";
import { manageProvidersRefusal, readProvidersRefusal } from "./policy.ts";
import { listProviders } from "./stored-provider.ts";

export type OfferedProvider = { slug: string; name: string; protocol: Protocol };

/** The providers that are switched on, as the sign-in page offers them. Readable before sign-in: names, nothing more. */
export async function readOfferedProviders(ctx: Ctx): Promise<OfferedProvider[]> {
  const providers = await listProviders(ctx);
  return providers
    .filter(({ disabledAt }) => disabledAt === null)
    .map(({ slug, name, settings }) => ({ slug, name, protocol: settings.protocol }));
}

export type ProviderRow = {
  id: string;
  slug: string;
  name: string;
  settings: ProviderSettings;
  isSeeded: boolean;
  hasSecret: boolean;
  disabledAt: Date | null;
  /** How many people have signed in through it. */
  accounts: number;
  may: { change: Refusal | null };
};

export type SignInSettings = {
  providers: ProviderRow[];
  mode: Mode;
  may: { change: Refusal | null };
};

/** What the page about sign-in shows. An old sign-in is among the refusals, so that the page can ask for a fresh one. */
export async function readSignInSettings(ctx: Ctx): Promise<SignInSettings> {
  const providers = await readProviders(ctx);
  const change = manageProvidersRefusal(ctx.actor) ?? recentSignInRefusal(ctx.actor, ctx.now());
  return { providers, mode: await readMode(ctx), may: { change } };
}

/** All providers with their settings, for those who may change them. Never a secret: there is no way back for those. */
export async function readProviders(ctx: Ctx): Promise<ProviderRow[]> {
  ensure(readProvidersRefusal(ctx.actor));
  const providers = await listProviders(ctx);
  const ids = providers.map(({ id }) => id);
  if (ids.length === 0) return [];
  const secrets = await ctx.db
    .selectDistinct({ id: connectionSecrets.connectionId })
    .from(connectionSecrets)
    .where(inArray(connectionSecrets.connectionId, ids));
  const counts = await ctx.db
    .select({ id: accounts.connectionId, n: count() })
    .from(accounts)
    .where(isNotNull(accounts.connectionId))
    .groupBy(accounts.connectionId);
  const withSecret = new Set(secrets.map(({ id }) => id));
  const change = manageProvidersRefusal(ctx.actor);
  return providers.map((provider) => ({
    ...provider,
    hasSecret: withSecret.has(provider.id),
    accounts: counts.find(({ id }) => id === provider.id)?.n ?? 0,
    may: { change },
  }));
}
