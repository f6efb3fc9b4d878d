import { Deployment, Diff, Issue, MergeRequest } from "#server/integrations/gitlab-api/shapes.ts";
import type { HostChangedFile, HostPullRequest, SourceHost } from "../../source-host.ts";
import { fromPage } from "../from-page.ts";
import { type GitlabAccess, projectPath } from "./access.ts";
import { toChangedFile } from "./repositories.ts";

type Changes = Pick<
  SourceHost,
  | "listDeployments"
  | "listDeploymentStatuses"
  | "listPullRequests"
  | "getPullRequest"
  | "listPullRequestFiles"
  | "listIssues"
>;

const reading = (of: string) => ({ of, permission: "the scope read_api" });

export function gitlabChanges(access: GitlabAccess): Changes {
  return {
    listDeployments: async function* (repo, since, firstPage) {
      const query = `per_page=100&order_by=updated_at&sort=desc&updated_after=${since.toISOString()}`;
      const ask = {
        path: `${projectPath(repo)}/deployments?${query}${fromPage(firstPage)}`,
        what: reading(`The deployments of ${repo}`),
      };
      for await (const page of (await access.client()).pages(Deployment, ask))
        yield page
          .filter((row) => row.created_at >= since)
          .map(({ id, sha, ref, environment, created_at, user }) => ({
            id,
            sha,
            ref,
            environment: environment.name,
            createdAt: created_at,
            creatorLogin: user?.username ?? null,
            task: null,
            isProduction: null,
            isTransient: null,
          }));
    },
    listDeploymentStatuses: async (repo, deploymentId) => {
      // A deployment of GitLab has one state, the present one.
      const row = await (await access.client()).one(Deployment, {
        path: `${projectPath(repo)}/deployments/${encodeURIComponent(deploymentId)}`,
        what: reading(`A deployment of ${repo}`),
      });
      const url = row.deployable?.web_url ?? null;
      return [{ id: row.id, state: stateWords[row.status] ?? row.status, createdAt: row.updated_at, url }];
    },
    listPullRequests: async function* (repo, since, firstPage) {
      const query = `per_page=100&state=all&scope=all&order_by=updated_at&sort=desc&updated_after=${since.toISOString()}`;
      const ask = {
        path: `${projectPath(repo)}/merge_requests?${query}${fromPage(firstPage)}`,
        what: reading(`The merge requests of ${repo}`),
      };
      for await (const page of (await access.client()).pages(MergeRequest, ask))
        yield page.map((row) => toPullRequest(row, repo));
    },
    listIssues: async function* (repo, label, since, firstPage) {
      const search = new URLSearchParams({
        labels: label,
        scope: "all",
        updated_after: since.toISOString(),
        order_by: "updated_at",
        sort: "desc",
        per_page: "100",
      });
      const ask = {
        path: `${projectPath(repo)}/issues?${search}${fromPage(firstPage)}`,
        what: reading(`The issues of ${repo}`),
      };
      for await (const page of (await access.client()).pages(Issue, ask))
        yield page.map((row) => ({
          number: row.iid,
          title: row.title,
          body: row.description,
          labels: row.labels,
          createdAt: row.created_at,
          updatedAt: row.updated_at,
          closedAt: row.closed_at ?? null,
        }));
    },
    getPullRequest: async (repo, number) =>
      toPullRequest(
        await (await access.client()).one(MergeRequest, {
          path: `${projectPath(repo)}/merge_requests/${number}`,
          what: reading(`The merge request ${repo}!${number}`),
        }),
        repo,
      ),
    listPullRequestFiles: async (repo, number) => {
      const ask = {
        path: `${projectPath(repo)}/merge_requests/${number}/diffs?per_page=100`,
        what: reading(`The files of the merge request ${repo}!${number}`),
      };
      const files: HostChangedFile[] = [];
      for await (const page of (await access.client()).pages(Diff, ask))
        files.push(...page.map(toChangedFile));
      return files;
    },
  };
}

/** In GitHub's words, which the rest of the portal knows. */
const stateWords: Readonly<Record<string, string>> = {
  success: "success",
  failed: "failure",
  canceled: "inactive",
  running: "in_progress",
  created: "pending",
  blocked: "waiting",
};

export const toPullRequest = (row: ReturnType<typeof MergeRequest.parse>, repo: string): HostPullRequest => ({
  number: row.iid,
  title: row.title,
  url: row.web_url,
  state: row.state === "merged" ? "merged" : row.state === "opened" ? "open" : "closed",
  authorLogin: row.author?.username ?? null,
  baseBranch: row.target_branch,
  baseSha: row.diff_refs?.base_sha ?? "",
  headBranch: row.source_branch,
  headSha: row.diff_refs?.head_sha ?? row.sha ?? "",
  // Of a fork only its number is told.
  headRepository: (row.source_project_id ?? null) === (row.target_project_id ?? null) ? repo : null,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  closedAt: row.closed_at ?? null,
  mergedAt: row.merged_at ?? null,
  mergeSha: row.merge_commit_sha,
  isDraft: row.draft,
  labels: row.labels,
});
