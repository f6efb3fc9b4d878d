import { get, isShown } from "./named.ts";
import { type FakeAsk, type FakeRoute, missing } from "./route.ts";
import { personJson, repositoryJson, teamJson, userJson } from "./shapes.ts";

const ownerOf = ({ state, params }: FakeAsk) =>
  state.owners.get((params.org ?? params.login ?? "").toLowerCase());
const reposOf = (ask: FakeAsk, owner: string) =>
  [...ask.state.repositories.values()]
    .filter((row) => row.owner.toLowerCase() === owner.toLowerCase() && isShown(row, ask.caller))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((row) => repositoryJson(row, ask));

/** Who asks, people, organisations with their teams, and the repositories of each. */
export const ownerRoutes: readonly FakeRoute[] = [
  get("/meta", "", () => ({ body: { verifiable_password_authentication: false } })),
  get("/user", "", ({ caller, webUrl }) =>
    caller.kind === "token"
      ? {
          body: { ...userJson(caller.login, webUrl), name: null },
          headers: caller.scopes ? { "x-oauth-scopes": caller.scopes.join(", ") } : {},
        }
      : { status: 403, body: { message: "Resource not accessible by integration" } },
  ),
  get("/rate_limit", "", ({ caller }) => ({
    body: {},
    headers: caller.kind === "token" && caller.scopes ? { "x-oauth-scopes": caller.scopes.join(", ") } : {},
  })),
  get("/user/orgs", "", ({ caller, state }) => ({
    body: [...state.owners.values()]
      .filter(
        (row) => row.type === "Organization" && caller.kind === "token" && row.members.includes(caller.login),
      )
      .map(({ login }) => ({ login })),
  })),
  get("/user/repos", "", (ask) => ({
    body: [...ask.state.repositories.values()].map((row) => repositoryJson(row, ask)),
  })),
  get("/users/:login", "", (ask) => {
    const found = ownerOf(ask);
    return found ? { body: userJson(found.login, ask.webUrl, found.type) } : missing;
  }),
  get("/users/:login/repos", "metadata: read", (ask) =>
    ownerOf(ask) ? { body: reposOf(ask, ask.params.login ?? "") } : missing,
  ),
  get("/orgs/:org", "", (ask) => {
    const found = ownerOf(ask);
    return found?.type === "Organization" ? { body: userJson(found.login, ask.webUrl, found.type) } : missing;
  }),
  get("/orgs/:org/repos", "metadata: read", (ask) =>
    ownerOf(ask)?.type === "Organization" ? { body: reposOf(ask, ask.params.org ?? "") } : missing,
  ),
  get("/orgs/:org/members", "members: read", (ask) => {
    const found = ownerOf(ask);
    return found ? { body: found.members.map((login) => personJson(login, ask)) } : missing;
  }),
  get("/orgs/:org/teams", "members: read", (ask) => {
    const found = ownerOf(ask);
    return found
      ? { body: found.teams.map((team) => teamJson(team, found.teams, ask.webUrl, found.login)) }
      : missing;
  }),
  get("/orgs/:org/teams/:team/members", "members: read", (ask) => {
    const team = ownerOf(ask)?.teams.find(({ slug }) => slug === ask.params.team);
    return team ? { body: team.members.map((login) => personJson(login, ask)) } : missing;
  }),
  get("/orgs/:org/teams/:team/repos", "members: read", (ask) => {
    const team = ownerOf(ask)?.teams.find(({ slug }) => slug === ask.params.team);
    if (!team) return missing;
    const body = team.repositories.flatMap(({ fullName, access }) => {
      const row = ask.state.find(fullName);
      const permissions = { pull: true, push: access !== "pull", admin: access === "admin", maintain: false };
      return row ? [{ ...repositoryJson(row, ask), permissions }] : [];
    });
    return { body };
  }),
  get("/installation/repositories", "metadata: read", (ask) =>
    ask.caller.kind === "installation"
      ? {
          body: [...ask.state.repositories.values()]
            .filter(
              (row) =>
                row.owner.toLowerCase() ===
                  (ask.caller.kind === "installation" ? ask.caller.installation.account.toLowerCase() : "") &&
                isShown(row, ask.caller),
            )
            .map((row) => repositoryJson(row, ask)),
          listKey: "repositories",
        }
      : { status: 403, body: { message: "You must authenticate with an installation access token" } },
  ),
];
