import { Group, Member, Project } from "#server/integrations/gitlab-api/shapes.ts";
import type { HostMember, HostReader, HostTeam, SourceHost } from "../../source-host.ts";
import { type GitlabAccess, groupPath, projectPath } from "./access.ts";

type People = Pick<
  SourceHost,
  "listTeams" | "listTeamMembers" | "listTeamRepositories" | "listMembers" | "listReaders"
>;

const reading = (of: string) => ({ of, permission: "the scope read_api" });
const pathOf = (team: HostTeam) => (team.slug ? `${team.organization}/${team.slug}` : team.organization);
/** From here on somebody may read the files of a private project ("Permissions and roles": Reporter). */
const reporter = 20;

/** GitLab has groups in groups where GitHub has teams; the slug is the path below the connected group. */
export function gitlabPeople(access: GitlabAccess): People {
  const groups = access.settings.groups.filter(({ type }) => type === "organization");
  async function* membersOf(path: string, what: string): AsyncGenerator<HostMember[]> {
    const client = await access.client();
    for await (const page of client.pages(Member, { path: `${path}?per_page=100`, what: reading(what) }))
      yield page.filter(({ state }) => state === "active").map(toMember);
  }
  return {
    listTeams: async function* () {
      const client = await access.client();
      for (const { login } of groups) {
        const ask = {
          path: `${groupPath(login)}/descendant_groups?per_page=100&order_by=id`,
          what: reading(`The groups below ${login}`),
        };
        for await (const page of client.pages(Group, ask)) yield page.map((row) => toTeam(row, login));
      }
    },
    listTeamMembers: (team) =>
      membersOf(`${groupPath(pathOf(team))}/members`, `The members of the group ${pathOf(team)}`),
    listTeamRepositories: async function* (team) {
      const client = await access.client();
      const ask = {
        path: `${groupPath(pathOf(team))}/projects?per_page=100&order_by=id&sort=asc`,
        what: reading(`The projects of the group ${pathOf(team)}`),
      };
      for await (const page of client.pages(Project, ask))
        yield page.map(({ path_with_namespace: fullName }) => ({ fullName, access: "write" as const }));
    },
    listMembers: async function* () {
      for (const { login } of groups)
        yield* membersOf(`${groupPath(login)}/members/all`, `The members of ${login}`);
    },
    listReaders: async (repo) => {
      const client = await access.client();
      const ask = {
        path: `${projectPath(repo)}/members/all?per_page=100`,
        what: reading(`Who may read ${repo}`),
      };
      const readers = new Map<string, HostReader>();
      for await (const page of client.pages(Member, ask))
        for (const { id, username, state, access_level } of page)
          if (state === "active" && access_level >= reporter)
            readers.set(id, { externalId: id, login: username.toLowerCase() });
      return [...readers.values()];
    },
  };
}

function toTeam(row: ReturnType<typeof Group.parse>, organization: string): HostTeam {
  const slug = row.full_path.slice(organization.length + 1);
  const end = slug.lastIndexOf("/");
  return {
    externalId: row.id,
    organization,
    slug,
    name: row.name,
    description: row.description,
    url: row.web_url,
    parentSlug: end > 0 ? slug.slice(0, end) : null,
  };
}

const toMember = (row: ReturnType<typeof Member.parse>): HostMember => ({
  externalId: row.id,
  login: row.username,
  name: row.name,
  url: row.web_url,
});
