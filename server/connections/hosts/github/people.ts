import { Collaborator, Member, Team, TeamRepository } from "#server/integrations/github-api/shapes.ts";
import type { HostMember, HostReader, HostTeam, SourceHost } from "../../source-host.ts";
import type { GithubAccess } from "./access.ts";

type People = Pick<
  SourceHost,
  "listTeams" | "listTeamMembers" | "listTeamRepositories" | "listMembers" | "listReaders"
>;

const members = (of: string) => ({ of, permission: "Members: read (of the organisation)" });
const teamPath = ({ organization, slug }: HostTeam) =>
  `/orgs/${encodeURIComponent(organization)}/teams/${encodeURIComponent(slug)}`;

export function githubPeople(access: GithubAccess): People {
  async function* organizations() {
    for (const { client, owners } of await access.entrances())
      for (const { login, type } of owners) if (type === "organization") yield { client, login };
  }
  return {
    listTeams: async function* () {
      for await (const { client, login } of organizations()) {
        const ask = {
          path: `/orgs/${encodeURIComponent(login)}/teams?per_page=100`,
          what: members(`The teams of ${login}`),
        };
        for await (const page of client.pages(Team, ask)) yield page.map((row) => toTeam(row, login));
      }
    },
    listTeamMembers: async function* (team) {
      const client = await access.clientFor(team.organization);
      const ask = {
        path: `${teamPath(team)}/members?per_page=100`,
        what: members(`The members of the team ${team.organization}/${team.slug}`),
      };
      for await (const page of client.pages(Member, ask)) yield page.map(toMember);
    },
    listTeamRepositories: async function* (team) {
      const client = await access.clientFor(team.organization);
      const ask = {
        path: `${teamPath(team)}/repos?per_page=100`,
        what: members(`The repositories of the team ${team.organization}/${team.slug}`),
      };
      for await (const page of client.pages(TeamRepository, ask))
        yield page.map(({ full_name, permissions }) => ({
          fullName: full_name,
          access: permissions.admin ? "admin" : permissions.push || permissions.maintain ? "write" : "read",
        }));
    },
    listMembers: async function* () {
      for await (const { client, login } of organizations()) {
        const ask = {
          path: `/orgs/${encodeURIComponent(login)}/members?per_page=100`,
          what: members(`The members of ${login}`),
        };
        for await (const page of client.pages(Member, ask)) yield page.map(toMember);
      }
    },
    listReaders: async (repo) => {
      const client = await access.clientFor(repo);
      const ask = {
        path: `/repos/${repo}/collaborators?affiliation=all&per_page=100`,
        what: { of: `Who may read ${repo}`, permission: "Metadata: read, or push access for a token" },
      };
      const readers = new Map<string, HostReader>();
      // A list without permissions names whoever has any.
      for await (const page of client.pages(Collaborator, ask))
        for (const { id, login, permissions } of page)
          if (permissions.pull !== false) readers.set(id, { externalId: id, login: login.toLowerCase() });
      return [...readers.values()];
    },
  };
}

const toTeam = (row: ReturnType<typeof Team.parse>, organization: string): HostTeam => ({
  externalId: row.id,
  organization,
  slug: row.slug,
  name: row.name,
  description: row.description,
  url: row.html_url,
  parentSlug: row.parent?.slug ?? null,
});

const toMember = (row: ReturnType<typeof Member.parse>): HostMember => ({
  externalId: row.id,
  login: row.login,
  name: row.name,
  url: row.html_url,
});
