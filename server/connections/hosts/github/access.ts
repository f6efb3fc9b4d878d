import type { KeyObject } from "node:crypto";
import { DomainError, notFound } from "#server/core/errors.ts";
import { unavailable } from "#server/core/outside/failure.ts";
import type { Outside } from "#server/core/outside.ts";
import { InstallationToken, isFresh, makeAppJwt } from "#server/integrations/github-api/app-token.ts";
import { githubDialect } from "#server/integrations/github-api/dialect.ts";
import { User } from "#server/integrations/github-api/shapes.ts";
import {
  type AnswerStore,
  makeRestClient,
  type RestClient,
} from "#server/integrations/source-api/rest-client.ts";
import type { Owner } from "../../model.ts";
import type { KeptPace } from "../../pace.ts";
import type { HostBudget } from "../../source-host.ts";

/** By what we are let in: one token, or an App with a token for each place it is installed at. */
export type GithubCredentials =
  | { auth: "token"; token: string; owners: readonly Owner[] }
  | {
      auth: "app";
      appId: string;
      slug: string | null;
      key: KeyObject;
      installations: readonly { externalId: string; account: string; accountType: Owner["type"] }[];
    };

export type GithubSettings = {
  connectionId: string;
  name: string;
  webUrl: string;
  apiUrl: string;
  outside: Outside;
  credentials: GithubCredentials;
  paceOf: (holder: string) => Promise<KeptPace>;
  /** Null: nothing is remembered, as for a mere test. */
  store: AnswerStore | null;
  now: () => Date;
};

/** One set of credentials with the organisations and people that it shows; an empty list: all it can see. */
export type Entrance = { client: RestClient; owners: readonly Owner[] };

export type GithubAccess = {
  settings: GithubSettings;
  /** Every entrance, for lists of everything. */
  entrances: () => Promise<Entrance[]>;
  /** The one through which a repository or an organisation is seen. Throws `not_found` where the App is not installed. */
  clientFor: (repo: string) => Promise<RestClient>;
  /** The App itself, as which it is asked where it is installed. Throws `forbidden` for a token. */
  appClient: () => Promise<RestClient>;
  /** As whom we write, so that only our own comments are changed. */
  ownLogin: (client: RestClient) => Promise<string>;
  /** A token for git over https, for repositories of this owner. */
  gitToken: (owner: string) => Promise<string>;
  budget: () => HostBudget | null;
  flush: () => Promise<void>;
};

/** Tokens of installations live an hour; those of this process, by connection, installation and key. */
const installationTokens = new Map<string, InstallationToken>();
const mostTokens = 2_000;

const apiVersion = "2022-11-28";

export function openGithubAccess(settings: GithubSettings): GithubAccess {
  const { credentials, apiUrl, now } = settings;
  const { host } = new URL(apiUrl);
  const paces = new Map<string, KeptPace>();
  const clients = new Map<string, Promise<RestClient>>();
  let login: string | undefined;

  async function paceOf(holder: string): Promise<KeptPace> {
    const pace = paces.get(holder) ?? (await settings.paceOf(holder));
    paces.set(holder, pace);
    return pace;
  }

  async function makeClient(
    holder: string,
    auth: { token: () => Promise<string>; renew: () => Promise<boolean>; isKept: boolean },
  ): Promise<RestClient> {
    return makeRestClient({
      outside: settings.outside,
      apiUrl,
      holder,
      headers: async () => ({
        authorization: `Bearer ${await auth.token()}`,
        accept: "application/vnd.github+json",
        "x-github-api-version": apiVersion,
      }),
      renew: auth.renew,
      dialect: githubDialect(host, credentials.auth === "app"),
      pace: await paceOf(holder),
      store: auth.isKept ? settings.store : null,
      now,
    });
  }

  const clientOf = (holder: string): Promise<RestClient> => {
    const made = clients.get(holder) ?? makeHolder(holder);
    clients.set(holder, made);
    return made;
  };

  function makeHolder(holder: string): Promise<RestClient> {
    const never = async () => false;
    if (credentials.auth === "token")
      return makeClient(holder, { token: async () => credentials.token, renew: never, isKept: true });
    if (holder === "app")
      return makeClient(holder, {
        token: async () => makeAppJwt(credentials.appId, credentials.key, now()),
        renew: never,
        isKept: false,
      });
    return makeClient(holder, {
      token: () => installationToken(holder),
      renew: async () => installationTokens.delete(tokenKey(holder)),
      isKept: true,
    });
  }

  const tokenKey = (holder: string) =>
    `${settings.connectionId} ${apiUrl} ${credentials.auth === "app" ? credentials.appId : ""} ${holder}`;

  async function installationToken(externalId: string): Promise<string> {
    const known = installationTokens.get(tokenKey(externalId));
    if (isFresh(known, now())) return known.token;
    const made = await (await clientOf("app")).one(InstallationToken, {
      method: "POST",
      path: `/app/installations/${encodeURIComponent(externalId)}/access_tokens`,
      what: { of: "A token of the App's installation" },
      body: {},
    });
    if (installationTokens.size >= mostTokens) installationTokens.clear();
    installationTokens.set(tokenKey(externalId), made);
    return made.token;
  }

  function holderFor(repo: string): string {
    if (credentials.auth === "token") return "token";
    const owner = (repo.split("/")[0] ?? "").toLowerCase();
    const found = credentials.installations.find(({ account }) => account.toLowerCase() === owner);
    if (found) return found.externalId;
    throw notFound(
      `The App of ${settings.name} is not installed at ${repo.split("/")[0]}: install it there first`,
    );
  }

  return {
    settings,
    clientFor: async (repo) => clientOf(holderFor(repo)),
    appClient: async () => {
      if (credentials.auth === "app") return clientOf("app");
      throw new DomainError("forbidden", "This connection is a token and no App");
    },
    entrances: async () => {
      if (credentials.auth === "token")
        return [{ client: await clientOf("token"), owners: credentials.owners }];
      if (credentials.installations.length === 0)
        throw unavailable(`The App of ${settings.name} is not installed at any organisation yet`);
      return Promise.all(
        credentials.installations.map(async ({ externalId, account, accountType }) => ({
          client: await clientOf(externalId),
          owners: [{ login: account, type: accountType }],
        })),
      );
    },
    ownLogin: async (client) => {
      if (credentials.auth === "app") return `${credentials.slug ?? ""}[bot]`;
      login ??= (await client.one(User, { path: "/user", what: { of: "The token's own account" } })).login;
      return login;
    },
    gitToken: async (owner) =>
      credentials.auth === "token" ? credentials.token : installationToken(holderFor(owner)),
    budget: () => {
      const known = [...paces.values()].map((pace) => pace.budget()).filter((budget) => budget !== null);
      return known.sort((a, b) => a.remaining / a.limit - b.remaining / b.limit)[0] ?? null;
    },
    flush: async () => {
      for (const pace of paces.values()) await pace.flush();
    },
  };
}
