import type { Outside } from "#server/core/outside.ts";
import { gitlabDialect } from "#server/integrations/gitlab-api/dialect.ts";
import { User } from "#server/integrations/gitlab-api/shapes.ts";
import {
  type AnswerStore,
  makeRestClient,
  type RestClient,
} from "#server/integrations/source-api/rest-client.ts";
import type { Owner } from "../../model.ts";
import type { KeptPace } from "../../pace.ts";

export type GitlabSettings = {
  connectionId: string;
  name: string;
  webUrl: string;
  apiUrl: string;
  outside: Outside;
  token: string;
  /** Groups (with all below them) and people whose projects are read; none: all that the token is a member of. */
  groups: readonly Owner[];
  paceOf: (holder: string) => Promise<KeptPace>;
  /** Null: nothing is remembered, as for a mere test. */
  store: AnswerStore | null;
  now: () => Date;
};

export type GitlabAccess = {
  settings: GitlabSettings;
  client: () => Promise<RestClient>;
  pace: () => Promise<KeptPace>;
  ownLogin: () => Promise<string>;
};

/** A project, as a path segment. */
export const projectPath = (repo: string) => `/projects/${encodeURIComponent(repo)}`;
export const groupPath = (group: string) => `/groups/${encodeURIComponent(group)}`;

export function openGitlabAccess(settings: GitlabSettings): GitlabAccess {
  let pace: Promise<KeptPace> | undefined;
  let client: Promise<RestClient> | undefined;
  let login: string | undefined;
  const paceOf = () => {
    pace ??= settings.paceOf("token");
    return pace;
  };
  async function make(): Promise<RestClient> {
    const { outside, apiUrl, token, store, now } = settings;
    return makeRestClient({
      outside,
      apiUrl,
      holder: "token",
      // Bearer carries personal, group and project tokens alike.
      headers: async () => ({ authorization: `Bearer ${token}` }),
      renew: async () => false,
      dialect: gitlabDialect(new URL(apiUrl).host),
      pace: await paceOf(),
      store,
      now,
    });
  }
  const clientOf = () => {
    client ??= make();
    return client;
  };
  return {
    settings,
    client: clientOf,
    pace: paceOf,
    ownLogin: async () => {
      login ??= (
        await (await clientOf()).one(User, { path: "/user", what: { of: "The token's own account" } })
      ).username;
      return login;
    },
  };
}
