import { differences } from "./differences.ts";
import { commitOf, get, repo, withRepository } from "./named.ts";
import { type FakeRoute, missing } from "./route.ts";
import { pullRequestJson, userJson } from "./shapes.ts";

/** Pull requests, what is said on them, and deployments. */
export const changeRoutes: readonly FakeRoute[] = [
  get(
    `${repo}/pulls`,
    "pull_requests: read",
    withRepository((ask, row) => {
      const [state, head] = [ask.url.searchParams.get("state") ?? "open", ask.url.searchParams.get("head")];
      const found = row.pullRequests.filter(
        (pull) =>
          (state === "all" || pull.state === state) && (!head || `${row.owner}:${pull.head}` === head),
      );
      found.sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime());
      return { body: found.map((pull) => pullRequestJson(pull, row, ask)) };
    }),
  ),
  get(
    `${repo}/pulls/:number`,
    "pull_requests: read",
    withRepository((ask, row) => {
      const found = row.pullRequests.find(({ number }) => number === Number(ask.params.number));
      return found ? { body: pullRequestJson(found, row, ask) } : missing;
    }),
  ),
  get(
    `${repo}/pulls/:number/files`,
    "pull_requests: read",
    withRepository((ask, row) => {
      const found = row.pullRequests.find(({ number }) => number === Number(ask.params.number));
      const head = found && commitOf(ask, ask.state.find(found.headRepository) ?? row, found.head);
      const base = found && commitOf(ask, row, found.base);
      return base && head ? { body: differences(base, head) } : missing;
    }),
  ),
  get(
    `${repo}/issues/:number/comments`,
    "pull_requests: read",
    withRepository((ask, row) => ({
      body: row.comments
        .filter(({ number }) => number === Number(ask.params.number))
        .map(({ id, author, body }) => ({
          id,
          body,
          user: userJson(author, ask.webUrl),
          html_url: `${ask.webUrl}/comment/${id}`,
        })),
    })),
  ),
  get(
    `${repo}/deployments`,
    "deployments: read",
    withRepository((ask, row) => ({
      body: row.deployments
        .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
        .map(({ id, sha, ref, environment, createdAt, creator }) => ({
          id,
          sha,
          ref,
          environment,
          created_at: createdAt.toISOString(),
          creator: userJson(creator, ask.webUrl),
        })),
    })),
  ),
  get(
    `${repo}/deployments/:id/statuses`,
    "deployments: read",
    withRepository((ask, row) => {
      const found = row.deployments.find(({ id }) => id === Number(ask.params.id));
      if (!found) return missing;
      return {
        body: found.statuses
          .map(({ id, state, createdAt, url }) => ({
            id,
            state,
            created_at: createdAt.toISOString(),
            log_url: url,
            environment_url: "",
          }))
          .reverse(),
      };
    }),
  ),
];
