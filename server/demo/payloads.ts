import type { Component } from "#db/seed/components.ts";
import type { HistoryEvent, SeedCommit, SeedDeployment, SeedPull } from "#db/seed/history-events.ts";
import { organisation } from "#db/seed/organisation.ts";
import type { Repository } from "#db/seed/repositories.ts";

const iso = (at: Date) => `${at.toISOString().slice(0, 19)}Z`;
const address = (repository: Repository) =>
  `https://${organisation.host}/${organisation.slug}/${repository.name}`;

function account(login: string) {
  return {
    login,
    type: login.endsWith("[bot]") ? "Bot" : "User",
    html_url: `https://${organisation.host}/${login}`,
  };
}

function repositoryPart(repository: Repository, pushedAt?: Date) {
  return {
    id: repository.id,
    name: repository.name,
    full_name: `${organisation.slug}/${repository.name}`,
    private: true,
    owner: { login: organisation.slug, type: "Organization" },
    html_url: address(repository),
    default_branch: "main",
    ...(pushedAt ? { pushed_at: Math.floor(pushedAt.getTime() / 1000) } : {}),
  };
}

function commitPart(commit: SeedCommit) {
  return {
    id: commit.sha,
    message: commit.message,
    timestamp: iso(commit.at),
    author: { name: commit.author, username: commit.author },
    added: [],
    removed: [],
    modified: commit.paths,
  };
}

function pullPart(pull: SeedPull, now: Date, end: { mergeSha: string | null } | null) {
  return {
    number: pull.number,
    title: pull.title,
    state: end ? "closed" : "open",
    draft: false,
    user: account(pull.author),
    labels: pull.labels.map((name) => ({ name })),
    base: { ref: "main" },
    head: { ref: pull.branch, sha: pull.headSha },
    commits: pull.commits.length,
    created_at: iso(pull.openedAt),
    updated_at: iso(now),
    closed_at: end ? iso(now) : null,
    merged: end?.mergeSha != null,
    merged_at: end?.mergeSha ? iso(now) : null,
    merge_commit_sha: end?.mergeSha ?? null,
  };
}

const isShared = (repository: Repository) => repository.components.length > 1;

function deploymentPart(deployment: SeedDeployment, repository: Repository) {
  const { component, environment, sha, createdAt, id } = deployment;
  return {
    id,
    sha,
    ref: "main",
    task: isShared(repository) ? `deploy:${component.name}` : "deploy",
    environment,
    production_environment: environment === "production",
    transient_environment: false,
    payload: {},
    creator: account("northlight-deploy[bot]"),
    created_at: iso(createdAt),
    updated_at: iso(createdAt),
  };
}

function workflowPart(repository: Repository, component: Component) {
  const name = isShared(repository) ? component.name : "ci";
  return {
    name: isShared(repository) ? `${component.title} CI` : "CI",
    path: `.github/workflows/${name}.yml`,
  };
}

/** One event as the host's webhook would tell it: the name for the header, and the payload. */
export function toWebhook(event: HistoryEvent): { event: string; payload: object } {
  const { event: name, ...said } = say(event);
  const pushedAt = event.type === "pushed" ? event.at : undefined;
  const frame = {
    repository: repositoryPart(event.repository, pushedAt),
    organization: { login: organisation.slug },
  };
  return { event: name, payload: { ...said, ...frame } };
}

type Said = { event: string } & Record<string, unknown>;

function say(event: HistoryEvent): Said {
  switch (event.type) {
    case "pushed":
      return { event: "push", ...pushPart(event) };
    case "pull opened":
    case "pull closed":
      return {
        event: "pull_request",
        action: event.type === "pull opened" ? "opened" : "closed",
        number: event.pull.number,
        pull_request: pullPart(event.pull, event.at, event.type === "pull closed" ? event : null),
        sender: account(event.pull.author),
      };
    case "reviewed":
      return { event: "pull_request_review", ...reviewPart(event) };
    case "commented":
      return { event: "pull_request_review_comment", ...commentPart(event) };
    case "hook made":
      return {
        event: "ping",
        zen: "Keep it logically awesome.",
        hook_id: 900_000_000,
        sender: account("aiko.tanaka"),
      };
    case "run completed":
      return {
        event: "workflow_run",
        action: "completed",
        workflow_run: runPart(event),
        sender: account(organisation.slug),
      };
    case "deployment created":
      return { event: "deployment", action: "created", ...deploymentOf(event) };
    case "deployment status":
      return {
        event: "deployment_status",
        action: "created",
        deployment_status: {
          state: event.state,
          environment: event.deployment.environment,
          created_at: iso(event.at),
        },
        ...deploymentOf(event),
      };
    case "incident opened":
    case "incident closed":
      return { event: "issues", ...issuePart(event) };
  }
}

function pushPart(event: HistoryEvent & { type: "pushed" }) {
  const newest = event.commits.at(-1);
  return {
    ref: event.ref,
    before: event.before,
    after: event.after,
    created: false,
    deleted: false,
    forced: false,
    commits: event.commits.map(commitPart),
    head_commit: newest ? commitPart(newest) : null,
    sender: account(newest?.author ?? organisation.slug),
  };
}

function reviewPart(event: HistoryEvent & { type: "reviewed" }) {
  const { id, state, reviewer } = event;
  return {
    action: "submitted",
    review: { id, state, submitted_at: iso(event.at), user: account(reviewer) },
    pull_request: pullPart(event.pull, event.at, null),
    sender: account(reviewer),
  };
}

function commentPart(event: HistoryEvent & { type: "commented" }) {
  const { id, reviewer } = event;
  return {
    action: "created",
    comment: { id, body: "Could this be simpler?", created_at: iso(event.at), user: account(reviewer) },
    pull_request: pullPart(event.pull, event.at, null),
    sender: account(reviewer),
  };
}

function deploymentOf(event: { deployment: SeedDeployment; repository: Repository }) {
  return {
    deployment: deploymentPart(event.deployment, event.repository),
    sender: account("northlight-deploy[bot]"),
  };
}

function runPart(event: HistoryEvent & { type: "run completed" }) {
  return {
    id: event.id,
    run_number: event.id % 1_000_000,
    run_attempt: event.attempt,
    ...workflowPart(event.repository, event.component),
    event: event.on,
    head_branch: event.branch,
    head_sha: event.sha,
    status: "completed",
    conclusion: event.isGood ? "success" : "failure",
    created_at: iso(event.startedAt),
    run_started_at: iso(event.startedAt),
    updated_at: iso(event.at),
  };
}

function issuePart(event: HistoryEvent & { type: "incident opened" | "incident closed" }) {
  const { incident } = event;
  const isClosed = event.type === "incident closed";
  return {
    action: isClosed ? "closed" : "opened",
    issue: {
      number: incident.number,
      title: incident.title,
      body: incident.body,
      state: isClosed ? "closed" : "open",
      labels: incident.labels.map((name) => ({ name })),
      created_at: iso(incident.openedAt),
      updated_at: iso(event.at),
      closed_at: isClosed ? iso(event.at) : null,
    },
    sender: account("northlight-alarms[bot]"),
  };
}
