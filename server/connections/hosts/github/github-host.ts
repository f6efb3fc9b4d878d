import type { SourceHost } from "../../source-host.ts";
import { type GithubSettings, openGithubAccess } from "./access.ts";
import { githubChanges } from "./changes.ts";
import { githubHooks } from "./hooks.ts";
import { findGithubOwner, readGithubIdentity } from "./identity.ts";
import { githubPeople } from "./people.ts";
import { githubReads } from "./repositories.ts";
import { githubWrites } from "./writes.ts";

/** GitHub or an Enterprise Server, by a token or as an App. */
export function openGithubHost(settings: GithubSettings): SourceHost {
  const access = openGithubAccess(settings);
  return {
    kind: "github",
    connectionId: settings.connectionId,
    connectionName: settings.name,
    webUrl: settings.webUrl,
    ...githubReads(access),
    ...githubPeople(access),
    ...githubChanges(access),
    ...githubWrites(access),
    hooks: githubHooks(access),
    readAbilities: async () => (await readGithubIdentity(access)).abilities,
    readIdentity: () => readGithubIdentity(access),
    findOwner: (login) => findGithubOwner(access, login),
    gitCredentials: async (owner) => ({ user: "x-access-token", password: await access.gitToken(owner) }),
    budget: access.budget,
    close: async () => {
      await access.flush();
      await settings.outside.close();
    },
  };
}
