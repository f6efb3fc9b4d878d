import type { FakeRepository, FakeState } from "../fake-github/state.ts";

/**
 * A GitLab in memory, as its REST API (version 4) shows it, over the same state as the fake GitHub: owners are groups,
 * teams the groups below them, pull requests merge requests. It has no conditional answers.
 */
export type FakeGitlab = {
  state: FakeState;
  webUrl: string;
  apiUrl: string;
  token: string;
  asked: { method: string; path: string; status: number }[];
  /** Commit states by commit. */
  statuses: { sha: string; body: Record<string, unknown> }[];
};

export type Ask = {
  fake: FakeGitlab;
  params: string[];
  query: URLSearchParams;
  body: Record<string, unknown>;
};
export type Answer = { status?: number; headers?: Record<string, string>; body: unknown };
export type Route = [method: string, pattern: RegExp, handle: (ask: Ask) => Answer];

export const missing: Answer = { status: 404, body: { message: "404 Not Found" } };
export const project =
  (work: (ask: Ask, row: FakeRepository) => Answer) =>
  (ask: Ask): Answer => {
    const row = ask.fake.state.find(ask.params[0] ?? "");
    return row ? work(ask, row) : missing;
  };
export const commitAt = (
  { fake, query }: Ask,
  row: FakeRepository,
  ref = query.get("ref") ?? row.defaultBranch,
) => fake.state.commits.get(row.branches.get(ref) ?? ref);
