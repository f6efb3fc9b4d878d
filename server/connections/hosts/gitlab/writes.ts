import { findDomainError } from "#server/core/errors.ts";
import { Branch, MergeRequest, Note, Project, Status } from "#server/integrations/gitlab-api/shapes.ts";
import type { RestClient } from "#server/integrations/source-api/rest-client.ts";
import type { HostCheck, HostProposal, SourceHost } from "../../source-host.ts";
import { type GitlabAccess, projectPath } from "./access.ts";

type Writes = Pick<SourceHost, "createCheckRun" | "updateCheckRun" | "upsertComment" | "openPullRequest">;

const writing = (of: string) => ({ of, permission: "the scope api and at least the role Developer" });
const mostText = 65_535;

export function gitlabWrites(access: GitlabAccess): Writes {
  /** GitLab shows the state of a commit with one line of text; annotations have no place there. */
  const sendStatus = async (repo: string, check: HostCheck) => {
    const made = await (await access.client()).one(Status, {
      method: "POST",
      path: `${projectPath(repo)}/statuses/${encodeURIComponent(check.headSha)}`,
      what: writing(`The status of a commit of ${repo}`),
      body: {
        state: stateOf(check),
        name: check.name,
        description: check.title.slice(0, 255),
        ...(check.detailsUrl ? { target_url: check.detailsUrl } : {}),
      },
    });
    return made.id;
  };
  return {
    createCheckRun: sendStatus,
    updateCheckRun: async (repo, _id, check) => void (await sendStatus(repo, check)),
    upsertComment: async (repo, number, marker, body) => {
      const client = await access.client();
      const own = (await access.ownLogin()).toLowerCase();
      const notes = `${projectPath(repo)}/merge_requests/${number}/notes`;
      const url = `${access.settings.webUrl}/${repo}/-/merge_requests/${number}`;
      const what = writing(`The comments of ${repo}!${number}`);
      const text = (body.includes(marker) ? body : `${marker}\n${body}`).slice(0, mostText);
      const ask = { path: `${notes}?per_page=100&sort=asc`, what };
      for await (const page of client.pages(Note, ask))
        for (const { id, body: former, author, system } of page) {
          if (system || !former.includes(marker) || author?.username.toLowerCase() !== own) continue;
          if (former === text) return { id, url: `${url}#note_${id}`, did: "unchanged" };
          await client.one(Note, { method: "PUT", path: `${notes}/${id}`, what, body: { body: text } });
          return { id, url: `${url}#note_${id}`, did: "changed" };
        }
      const made = await client.one(Note, { method: "POST", path: notes, what, body: { body: text } });
      return { id: made.id, url: `${url}#note_${made.id}`, did: "created" };
    },
    openPullRequest: async (repo, proposal) => {
      const client = await access.client();
      const what = writing(`The merge requests of ${repo}`);
      const { default_branch: base } = await client.one(Project, { path: projectPath(repo), what });
      await pushFiles(client, repo, base ?? "main", proposal);
      const branch = encodeURIComponent(proposal.branch);
      const merges = `${projectPath(repo)}/merge_requests`;
      const [known] = await client.one(MergeRequest.array(), {
        path: `${merges}?state=opened&source_branch=${branch}`,
        what,
      });
      if (known) return { number: known.iid, url: known.web_url, isNew: false };
      const made = await client.one(MergeRequest, {
        method: "POST",
        path: merges,
        what,
        body: {
          source_branch: proposal.branch,
          target_branch: base ?? "main",
          title: proposal.title,
          description: proposal.body,
          remove_source_branch: true,
        },
      });
      return { number: made.iid, url: made.web_url, isNew: true };
    },
  };
}

function stateOf({ status, conclusion }: HostCheck): string {
  if (status === "queued") return "pending";
  if (status === "in_progress") return "running";
  return conclusion === "failure" || conclusion === "action_required" ? "failed" : "success";
}

/** One commit of all files, on the branch or, where there is none, on a new one from the default branch. */
async function pushFiles(
  client: RestClient,
  repo: string,
  base: string,
  proposal: HostProposal,
): Promise<void> {
  const what = writing(`The branch "${proposal.branch}" of ${repo}`);
  const repository = `${projectPath(repo)}/repository`;
  const isThere = (path: string) =>
    client.one(Branch.partial(), { path, what }).then(
      () => true,
      (error: unknown) => {
        if (findDomainError(error)?.code === "not_found") return false;
        throw error;
      },
    );
  const hasBranch = await isThere(`${repository}/branches/${encodeURIComponent(proposal.branch)}`);
  const ref = encodeURIComponent(hasBranch ? proposal.branch : base);
  const actions = [];
  for (const [path, content] of Object.entries(proposal.files)) {
    const exists = await isThere(`${repository}/files/${encodeURIComponent(path)}?ref=${ref}`);
    if (content === null && exists) actions.push({ action: "delete", file_path: path });
    if (content !== null) actions.push({ action: exists ? "update" : "create", file_path: path, content });
  }
  await client.one(Branch.partial(), {
    method: "POST",
    path: `${repository}/commits`,
    what,
    body: {
      branch: proposal.branch,
      ...(hasBranch ? {} : { start_branch: base }),
      commit_message: proposal.message ?? proposal.title,
      actions,
    },
  });
}
