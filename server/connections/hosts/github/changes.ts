import type { z } from "zod";
import {
  ChangedFile,
  Deployment,
  DeploymentStatus,
  Issue,
  loginOf,
  PullRequest,
} from "#server/integrations/github-api/shapes.ts";
import type { HostChangedFile, HostIssue, HostPullRequest, SourceHost } from "../../source-host.ts";
import { fromPage } from "../from-page.ts";
import type { GithubAccess } from "./access.ts";
import { toChangedFile } from "./repositories.ts";
import { until } from "./until.ts";

type Changes = Pick<
  SourceHost,
  | "listDeployments"
  | "listDeploymentStatuses"
  | "listPullRequests"
  | "getPullRequest"
  | "listPullRequestFiles"
  | "listIssues"
>;

const pulls = (of: string) => ({ of, permission: "Pull requests: read" });
const deployments = (of: string) => ({ of, permission: "Deployments: read" });

export function githubChanges(access: GithubAccess): Changes {
  return {
    listDeployments: async function* (repo, since, firstPage) {
      const client = await access.clientFor(repo);
      const ask = {
        path: `/repos/${repo}/deployments?per_page=100${fromPage(firstPage)}`,
        what: deployments(`The deployments of ${repo}`),
      };
      for await (const page of until(client.pages(Deployment, ask), (row) => row.created_at >= since))
        yield page.map(({ id, sha, ref, environment, created_at, creator, ...row }) => ({
          id,
          sha,
          ref,
          environment,
          createdAt: created_at,
          creatorLogin: loginOf(creator),
          task: row.task,
          isProduction: row.production_environment ?? null,
          isTransient: row.transient_environment ?? null,
        }));
    },
    listDeploymentStatuses: async (repo, deploymentId) => {
      const client = await access.clientFor(repo);
      const ask = {
        path: `/repos/${repo}/deployments/${encodeURIComponent(deploymentId)}/statuses?per_page=100`,
        what: deployments(`The states of a deployment of ${repo}`),
      };
      const rows: z.infer<typeof DeploymentStatus>[] = [];
      for await (const page of client.pages(DeploymentStatus, ask)) rows.push(...page);
      return rows.map(({ id, state, created_at, environment_url, log_url }) => ({
        id,
        state,
        createdAt: created_at,
        url: log_url || environment_url || null,
      }));
    },
    listPullRequests: async function* (repo, since, firstPage) {
      const client = await access.clientFor(repo);
      const ask = {
        path: `/repos/${repo}/pulls?state=all&sort=updated&direction=desc&per_page=100${fromPage(firstPage)}`,
        what: pulls(`The pull requests of ${repo}`),
      };
      for await (const page of until(client.pages(PullRequest, ask), (row) => row.updated_at >= since))
        yield page.map(toPullRequest);
    },
    listIssues: async function* (repo, label, since, firstPage) {
      const client = await access.clientFor(repo);
      const search = new URLSearchParams({
        state: "all",
        labels: label,
        since: since.toISOString(),
        sort: "updated",
        direction: "desc",
        per_page: "100",
      });
      const ask = {
        path: `/repos/${repo}/issues?${search}${fromPage(firstPage)}`,
        what: { of: `The issues of ${repo}`, permission: "Issues: read" },
      };
      for await (const page of client.pages(Issue, ask))
        yield page.filter(({ pull_request }) => pull_request === undefined).map(toIssue);
    },
    getPullRequest: async (repo, number) =>
      toPullRequest(
        await (await access.clientFor(repo)).one(PullRequest, {
          path: `/repos/${repo}/pulls/${number}`,
          what: pulls(`The pull request ${repo}#${number}`),
        }),
      ),
    listPullRequestFiles: async (repo, number) => {
      const client = await access.clientFor(repo);
      const ask = {
        path: `/repos/${repo}/pulls/${number}/files?per_page=100`,
        what: pulls(`The files of the pull request ${repo}#${number}`),
      };
      const files: HostChangedFile[] = [];
      for await (const page of client.pages(ChangedFile, ask)) files.push(...page.map(toChangedFile));
      return files;
    },
  };
}

const toIssue = (row: z.infer<typeof Issue>): HostIssue => ({
  number: row.number,
  title: row.title,
  body: row.body,
  labels: row.labels.flatMap((label) => (typeof label === "string" ? label : (label.name ?? []))),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  closedAt: row.closed_at ?? null,
});

export const toPullRequest = (row: ReturnType<typeof PullRequest.parse>): HostPullRequest => ({
  number: row.number,
  title: row.title,
  url: row.html_url,
  state: row.merged_at ? "merged" : row.state === "open" ? "open" : "closed",
  authorLogin: loginOf(row.user),
  baseBranch: row.base.ref,
  baseSha: row.base.sha,
  headBranch: row.head.ref,
  headSha: row.head.sha,
  headRepository: row.head.repo?.full_name ?? null,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  closedAt: row.closed_at ?? null,
  mergedAt: row.merged_at ?? null,
  mergeSha: row.merge_commit_sha,
  isDraft: row.draft ?? false,
  labels: row.labels.map(({ name }) => name),
});
