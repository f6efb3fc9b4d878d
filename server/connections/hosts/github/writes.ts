import { DomainError, findDomainError } from "#server/core/errors.ts";
import {
  CheckRun,
  Comment,
  GitCommit,
  PullRequest,
  Ref,
  Repository,
  Sha,
} from "#server/integrations/github-api/shapes.ts";
import type { RestClient } from "#server/integrations/source-api/rest-client.ts";
import type { HostCheck, HostProposal, SourceHost } from "../../source-host.ts";
import type { GithubAccess } from "./access.ts";
import { toPullRequest } from "./changes.ts";

type Writes = Pick<SourceHost, "createCheckRun" | "updateCheckRun" | "upsertComment" | "openPullRequest">;

const checks = (of: string) => ({ of, permission: "Checks: write" });
const pulls = (of: string) => ({ of, permission: "Pull requests: write" });
const contents = (of: string) => ({ of, permission: "Contents: write" });
/** The most that GitHub takes in one request. */
const annotationsAtOnce = 50;
const mostText = 65_535;
const branchPath = (branch: string) => branch.split("/").map(encodeURIComponent).join("/");

export function githubWrites(access: GithubAccess): Writes {
  async function sendCheck(repo: string, known: string | null, check: HostCheck): Promise<string> {
    if (access.settings.credentials.auth !== "app")
      throw new DomainError("forbidden", "Checks can be written by a GitHub App only: connect one for them");
    const client = await access.clientFor(repo);
    let id = known;
    const batches = inBatches(check.annotations ?? []);
    for (const batch of batches) {
      const path =
        id === null ? `/repos/${repo}/check-runs` : `/repos/${repo}/check-runs/${encodeURIComponent(id)}`;
      const what = checks(`The check of ${repo}`);
      const made = await client.one(CheckRun, {
        method: id === null ? "POST" : "PATCH",
        path,
        what,
        body: checkBody(check, batch, id === null),
      });
      id = made.id;
    }
    return id ?? "";
  }
  return {
    createCheckRun: (repo, check) => sendCheck(repo, null, check),
    updateCheckRun: async (repo, id, check) => void (await sendCheck(repo, id, check)),
    upsertComment: async (repo, number, marker, body) => {
      const client = await access.clientFor(repo);
      const own = (await access.ownLogin(client)).toLowerCase();
      const text = (body.includes(marker) ? body : `${marker}\n${body}`).slice(0, mostText);
      const what = pulls(`The comments of ${repo}#${number}`);
      const issues = `/repos/${repo}/issues`;
      for await (const page of client.pages(Comment, {
        path: `${issues}/${number}/comments?per_page=100`,
        what,
      }))
        for (const { id, body: former, user, html_url } of page) {
          if (!former?.includes(marker) || user?.login.toLowerCase() !== own) continue;
          if (former === text) return { id, url: html_url, did: "unchanged" };
          const path = `${issues}/comments/${encodeURIComponent(id)}`;
          await client.one(Comment, { method: "PATCH", path, what, body: { body: text } });
          return { id, url: html_url, did: "changed" };
        }
      const path = `${issues}/${number}/comments`;
      const made = await client.one(Comment, { method: "POST", path, what, body: { body: text } });
      return { id: made.id, url: made.html_url, did: "created" };
    },
    openPullRequest: async (repo, proposal) => {
      const client = await access.clientFor(repo);
      const what = pulls(`The pull requests of ${repo}`);
      const { default_branch: base } = await client.one(Repository, { path: `/repos/${repo}`, what });
      await pushFiles(client, repo, base, proposal);
      const head = `${repo.split("/")[0]}:${proposal.branch}`;
      const open = await client.one(PullRequest.array(), {
        path: `/repos/${repo}/pulls?state=open&head=${encodeURIComponent(head)}`,
        what,
      });
      const known = open.find((row) => row.head.ref === proposal.branch);
      if (known) return { ...pick(known), isNew: false };
      const body = { title: proposal.title, body: proposal.body, head: proposal.branch, base };
      const made = await client.one(PullRequest, {
        method: "POST",
        path: `/repos/${repo}/pulls`,
        what,
        body,
      });
      return { ...pick(made), isNew: true };
    },
  };
}

const pick = (row: ReturnType<typeof PullRequest.parse>) => {
  const { number, url } = toPullRequest(row);
  return { number, url };
};

function checkBody(check: HostCheck, annotations: NonNullable<HostCheck["annotations"]>, isNew: boolean) {
  const { name, headSha, status, conclusion, title, summary, detailsUrl } = check;
  return {
    name,
    ...(isNew ? { head_sha: headSha } : {}),
    status,
    ...(conclusion ? { conclusion } : {}),
    ...(detailsUrl ? { details_url: detailsUrl } : {}),
    output: {
      title: title.slice(0, 255),
      summary: summary.slice(0, mostText),
      annotations: annotations.map(({ path, line, level, message }) => ({
        path,
        start_line: line,
        end_line: line,
        annotation_level: level,
        message,
      })),
    },
  };
}

function inBatches<T>(all: readonly T[]): T[][] {
  const batches: T[][] = [];
  for (let from = 0; from === 0 || from < all.length; from += annotationsAtOnce)
    batches.push(all.slice(from, from + annotationsAtOnce));
  return batches;
}

/** One commit with all files (git's own objects, so that it is one), on top of the branch or of the default branch. */
async function pushFiles(
  client: RestClient,
  repo: string,
  base: string,
  proposal: HostProposal,
): Promise<void> {
  const git = `/repos/${repo}/git`;
  const what = contents(`The branch "${proposal.branch}" of ${repo}`);
  const former = await client
    .one(Ref, { path: `${git}/ref/heads/${branchPath(proposal.branch)}`, what })
    .catch((error: unknown) => {
      if (findDomainError(error)?.code === "not_found") return null;
      throw error;
    });
  const from = former ?? (await client.one(Ref, { path: `${git}/ref/heads/${branchPath(base)}`, what }));
  const parent = await client.one(GitCommit, { path: `${git}/commits/${from.object.sha}`, what });
  const tree = Object.entries(proposal.files).map(([path, content]) => ({
    path,
    mode: "100644",
    type: "blob",
    ...(content === null ? { sha: null } : { content }),
  }));
  const made = await client.one(Sha, {
    method: "POST",
    path: `${git}/trees`,
    what,
    body: { base_tree: parent.tree.sha, tree },
  });
  if (made.sha === parent.tree.sha) return;
  const commit = await client.one(Sha, {
    method: "POST",
    path: `${git}/commits`,
    what,
    body: { message: proposal.message ?? proposal.title, tree: made.sha, parents: [parent.sha] },
  });
  const ref = `heads/${proposal.branch}`;
  await client.one(
    Ref,
    former
      ? {
          method: "PATCH",
          path: `${git}/refs/heads/${branchPath(proposal.branch)}`,
          what,
          body: { sha: commit.sha },
        }
      : { method: "POST", path: `${git}/refs`, what, body: { ref: `refs/${ref}`, sha: commit.sha } },
  );
}
