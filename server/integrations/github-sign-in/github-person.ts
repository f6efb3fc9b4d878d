import type { Outside } from "#server/core/outside.ts";
import { ask, GithubError, readJson } from "./github-client.ts";

export type GithubPerson = {
  /** The numeric id: a login can be given up and taken by somebody else. */
  id: string;
  login: string;
  name: string;
  email: string | null;
  /** Logins of the organisations that GitHub names. */
  organizations: readonly string[];
  /** "organisation/team", or null where GitHub does not say. */
  teams: readonly string[] | null;
};

/** 30 pages of 100: nobody is in more teams than that. */
const mostPages = 30;

/** Who the holder of this token is, with organisations and teams (scope read:org). Throws GithubError. */
export async function readGithubPerson(
  outside: Outside,
  apiUrl: string,
  accessToken: string,
): Promise<GithubPerson> {
  const api = makeApi(outside, apiUrl, accessToken);
  const user = await api.one("/user");
  const { id, login } = user as { id?: unknown; login?: unknown };
  if (typeof id !== "number" || !Number.isSafeInteger(id) || typeof login !== "string")
    throw new GithubError("answer", `${api.host} did not say who signed in`);
  const organizations = (await api.all("/user/orgs")) ?? [];
  const teams = await api.all("/user/teams");
  return {
    id: String(id),
    login: login.slice(0, 100),
    name: textOf(user, "name") ?? login.slice(0, 100),
    email: textOf(user, "email"),
    organizations: organizations.flatMap((row) => textOf(row, "login") ?? []),
    teams: teams?.flatMap((row) => teamName(row) ?? []) ?? null,
  };
}

function teamName(row: unknown): string | null {
  const organization = textOf((row as { organization?: unknown }).organization, "login");
  const slug = textOf(row, "slug");
  return organization && slug ? `${organization}/${slug}` : null;
}

function textOf(row: unknown, name: string): string | null {
  const value = typeof row === "object" && row !== null ? (row as Record<string, unknown>)[name] : null;
  return typeof value === "string" && value.trim()
    ? value.replaceAll("\u0000", "").trim().slice(0, 200)
    : null;
}

function makeApi(outside: Outside, apiUrl: string, accessToken: string) {
  const base = apiUrl.replace(/\/+$/, "");
  const { host } = new URL(apiUrl);
  const headers = {
    authorization: `Bearer ${accessToken}`,
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
  };
  const get = (path: string) => ask(outside, { url: base + path, method: "GET", headers });

  async function one(path: string): Promise<unknown> {
    const answer = await get(path);
    if (answer.status !== 200)
      throw new GithubError("answer", `${host} answered ${answer.status} at ${path}`);
    return readJson(answer, host);
  }

  /** Null where the token may not ask or the server does not know the question. */
  async function all(path: string): Promise<unknown[] | null> {
    const rows: unknown[] = [];
    for (let page = 1; page <= mostPages; page += 1) {
      const answer = await get(`${path}?per_page=100&page=${page}`);
      if (answer.status === 403 || answer.status === 404) return null;
      const found = answer.status === 200 ? readJson(answer, host) : null;
      if (!Array.isArray(found))
        throw new GithubError("answer", `${host} answered ${answer.status} at ${path}`);
      rows.push(...found);
      if (found.length < 100) break;
    }
    return rows;
  }

  return { host, one, all };
}
