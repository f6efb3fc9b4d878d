import { connections } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { type Env, SettingError } from "#server/core/env.ts";
import { record } from "#server/core/events.ts";
import type { Keyring } from "#server/core/keyring.ts";
import "../events.ts";
import { ProviderSettings } from "./inputs.ts";
import { type Protocol, protocolDefaults } from "./model.ts";
import { lockProviders } from "./save-provider.ts";
import { listProviders, openClientSecret, replaceClientSecret, storedSettings } from "./stored-provider.ts";

type SeedEnv = Pick<
  Env,
  | "OIDC_ISSUER"
  | "OIDC_CLIENT_ID"
  | "OIDC_CLIENT_SECRET"
  | "OIDC_PRIVATE_RANGES"
  | "AUTH_GITHUB_ID"
  | "AUTH_GITHUB_SECRET"
  | "AUTH_GOOGLE_ID"
  | "AUTH_GOOGLE_SECRET"
>;

type Seed = {
  name: string;
  clientSecret: string | null;
  settings: Partial<ProviderSettings> & { protocol: Protocol; clientId: string };
};

/**
 * Adds the providers that the environment describes (OIDC_…, AUTH_GITHUB_…, AUTH_GOOGLE_…), one of each protocol that
 * has none yet. Afterwards only a new secret of the environment counts, until the provider is changed on its page.
 * Idempotent; runs at every start. Throws SettingError for settings that cannot be used.
 */
export async function ensureSeededProviders(ctx: Ctx, env: SeedEnv, keyring: Keyring): Promise<void> {
  const seeds = seedsOf(env);
  if (seeds.length === 0) return;
  await inTransaction(ctx, async (tx) => {
    await lockProviders(tx);
    const present = await listProviders(tx);
    for (const seed of seeds) {
      const { protocol, clientId } = seed.settings;
      const ofProtocol = present.filter(({ settings }) => settings.protocol === protocol);
      const own = ofProtocol.find(({ isSeeded, settings }) => isSeeded && settings.clientId === clientId);
      if (own) await renewSecret(tx, keyring, own, seed.clientSecret);
      else if (ofProtocol.length === 0) await addSeed(tx, keyring, seed);
    }
  });
}

function seedsOf(env: SeedEnv): Seed[] {
  const seeds: Seed[] = [];
  if (env.OIDC_ISSUER && env.OIDC_CLIENT_ID)
    seeds.push({
      name: "Company account",
      clientSecret: env.OIDC_CLIENT_SECRET ?? null,
      settings: {
        protocol: "openid",
        issuer: env.OIDC_ISSUER,
        clientId: env.OIDC_CLIENT_ID,
        admits: "everyone",
        groupsClaim: "groups",
        privateRanges: [...(env.OIDC_PRIVATE_RANGES ?? []), ...loopbackRanges(env.OIDC_ISSUER)],
      },
    });
  // Without an organisation or a domain anybody in the world could come in: an admin says on the page who may.
  if (env.AUTH_GITHUB_ID && env.AUTH_GITHUB_SECRET)
    seeds.push({
      name: "GitHub",
      clientSecret: env.AUTH_GITHUB_SECRET,
      settings: { protocol: "github", clientId: env.AUTH_GITHUB_ID, admits: "known" },
    });
  if (env.AUTH_GOOGLE_ID && env.AUTH_GOOGLE_SECRET)
    seeds.push({
      name: "Google",
      clientSecret: env.AUTH_GOOGLE_SECRET,
      settings: { protocol: "google", clientId: env.AUTH_GOOGLE_ID, admits: "known" },
    });
  return seeds;
}

/** Whoever runs the portal wrote this machine's own name down, and approved it by that. */
function loopbackRanges(issuer: string): string[] {
  const host = URL.parse(issuer)?.hostname ?? "";
  return /^(localhost|127\.|\[::1\])/.test(host) ? ["127.0.0.0/8", "::1/128"] : [];
}

async function addSeed(tx: Ctx, keyring: Keyring, seed: Seed): Promise<void> {
  const parsed = ProviderSettings.safeParse({
    ...protocolDefaults[seed.settings.protocol],
    ...seed.settings,
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new SettingError(`The sign-in provider of the environment cannot be used: ${issue?.message}`);
  }
  const slug = seed.settings.protocol;
  const settings = storedSettings({ slug, settings: parsed.data, isSeeded: true });
  const [row] = await tx.db
    .insert(connections)
    .values({ kind: "sign-in", name: seed.name, settings, createdAt: tx.now(), updatedAt: tx.now() })
    .onConflictDoNothing()
    .returning({ id: connections.id });
  if (!row) return;
  if (seed.clientSecret) await replaceClientSecret(tx, keyring, row.id, seed.clientSecret);
  const { protocol, issuer } = parsed.data;
  await record(tx, {
    type: "provider.added",
    subjectId: row.id,
    payload: { name: seed.name, protocol, issuer, changed: ["environment"] },
  });
}

async function renewSecret(
  tx: Ctx,
  keyring: Keyring,
  provider: { id: string; name: string; settings: ProviderSettings },
  secret: string | null,
): Promise<void> {
  if (!secret || (await openClientSecret(tx, keyring, provider.id)) === secret) return;
  await replaceClientSecret(tx, keyring, provider.id, secret);
  const { protocol, issuer } = provider.settings;
  await record(tx, {
    type: "provider.changed",
    subjectId: provider.id,
    payload: { name: provider.name, protocol, issuer, changed: ["clientSecret"] },
  });
}
