import { type Ctx, inTransaction } from "#server/core/context.ts";
import { type Env, SettingError } from "#server/core/env.ts";
import { findDomainError } from "#server/core/errors.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { readAppKey } from "#server/integrations/github-api/app-token.ts";
import { apiUrlOf, publicHosts, usualPollMinutes, usualReservePercent } from "./model.ts";
import { keep } from "./save-connection.ts";
import { listSourceConnections, openSecret, type SourceSettings } from "./stored-connection.ts";

type SeedEnv = Pick<Env, "GITHUB_APP_ID" | "GITHUB_APP_PRIVATE_KEY" | "GITHUB_URL" | "GITHUB_API_URL">;

/**
 * Adds the GitHub App that GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY describe, unless a GitHub App is connected already.
 * Afterwards only a new key of the environment counts, until the connection is changed on its page. Idempotent; runs at
 * every start. Throws SettingError for a key that cannot be read.
 */
export async function ensureSeededConnection(ctx: Ctx, env: SeedEnv, keyring: Keyring): Promise<void> {
  const { GITHUB_APP_ID: appId, GITHUB_APP_PRIVATE_KEY: key } = env;
  if (!appId || !key) return;
  try {
    readAppKey(key);
  } catch (error) {
    throw new SettingError(`GITHUB_APP_PRIVATE_KEY: ${findDomainError(error)?.message}`);
  }
  await inTransaction(ctx, async (tx) => {
    const apps = (await listSourceConnections(tx)).filter(({ settings }) => settings.auth === "app");
    const own = apps.find(({ settings }) => settings.isSeeded && settings.app?.id === appId);
    if (!own && apps.length > 0) return;
    if (own && (await openSecret(tx, keyring, own.id, "private-key")) === key) return;
    const settings = own?.settings ?? seedSettings(env, appId);
    const secrets = { "private-key": key };
    const name = own?.name ?? `GitHub App ${appId}`;
    await keep(tx, { id: own?.id, kind: "github", name, settings, secrets }, keyring);
  });
}

function seedSettings({ GITHUB_URL, GITHUB_API_URL }: SeedEnv, appId: string): SourceSettings {
  const webUrl = (GITHUB_URL ?? publicHosts.github.webUrl).replace(/\/+$/, "");
  const apiUrl = (GITHUB_API_URL ?? apiUrlOf("github", webUrl)).replace(/\/+$/, "");
  return {
    auth: "app",
    webUrl,
    apiUrl,
    ca: null,
    proxyUrl: null,
    privateRanges: loopbackRanges(apiUrl),
    pollMinutes: usualPollMinutes,
    reservePercent: usualReservePercent,
    owners: [],
    app: { id: appId, slug: null, clientId: null },
    isSeeded: true,
  };
}

/** Whoever runs the portal wrote this machine's own name down, and approved it by that. */
const loopbackRanges = (url: string): string[] =>
  /^(localhost|127\.|\[::1\])/.test(URL.parse(url)?.hostname ?? "") ? ["127.0.0.0/8", "::1/128"] : [];
