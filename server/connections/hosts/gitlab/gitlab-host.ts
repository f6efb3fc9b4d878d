import type { SourceHost } from "../../source-host.ts";
import { type GitlabSettings, openGitlabAccess } from "./access.ts";
import { gitlabChanges } from "./changes.ts";
import { findGitlabOwner, readGitlabIdentity } from "./identity.ts";
import { gitlabPeople } from "./people.ts";
import { gitlabReads } from "./repositories.ts";
import { gitlabWrites } from "./writes.ts";

/** GitLab, by a personal, group or project token. */
export async function openGitlabHost(settings: GitlabSettings): Promise<SourceHost> {
  const access = openGitlabAccess(settings);
  const pace = await access.pace();
  return {
    kind: "gitlab",
    connectionId: settings.connectionId,
    connectionName: settings.name,
    webUrl: settings.webUrl,
    ...gitlabReads(access),
    ...gitlabPeople(access),
    ...gitlabChanges(access),
    ...gitlabWrites(access),
    // No webhooks of GitLab are received here, so there is nothing to compare.
    hooks: null,
    readAbilities: async () => (await readGitlabIdentity(access)).abilities,
    readIdentity: () => readGitlabIdentity(access),
    findOwner: (login) => findGitlabOwner(access, login),
    gitCredentials: async () => ({ user: "oauth2", password: settings.token }),
    budget: pace.budget,
    close: async () => {
      await pace.flush();
      await settings.outside.close();
    },
  };
}
