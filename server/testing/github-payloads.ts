import { randomBytes, randomInt } from "node:crypto";

/** Payloads in the shape that GitHub documents, with the fields that it always sends and we read. */

export type RepositoryPayload = { id: number; full_name: string; default_branch: string; html_url: string };

export function repositoryPayload(fullName: string): RepositoryPayload {
  const id = randomInt(1, 2 ** 40);
  return { id, full_name: fullName, default_branch: "main", html_url: `https://github.com/${fullName}` };
}

export const randomSha = (): string => randomBytes(20).toString("hex");

export type DeploymentPayload = {
  action: string;
  repository: RepositoryPayload;
  deployment: {
    id: number;
    sha: string;
    ref: string;
    task: string;
    environment: string;
    created_at: string;
    updated_at: string;
  };
};

export function deploymentPayload(input: {
  repository: RepositoryPayload;
  sha: string;
  environment: string;
  at: Date;
}): DeploymentPayload {
  const moment = input.at.toISOString();
  const deployment = {
    id: randomInt(1, 2 ** 40),
    sha: input.sha,
    ref: "main",
    task: "deploy",
    environment: input.environment,
    created_at: moment,
    updated_at: moment,
  };
  return { action: "created", repository: input.repository, deployment };
}

export function deploymentStatusPayload(
  of: DeploymentPayload,
  state: string,
  at: Date,
): DeploymentPayload & object {
  const moment = at.toISOString();
  const deployment = { ...of.deployment, updated_at: moment };
  const { environment } = deployment;
  const status = { id: randomInt(1, 2 ** 40), state, environment, created_at: moment, updated_at: moment };
  return { ...of, deployment, deployment_status: status } as DeploymentPayload;
}

export function pushPayload(repository: RepositoryPayload, sha: string, message: string, at: Date): object {
  const commit = {
    id: sha,
    message,
    timestamp: at.toISOString(),
    added: [],
    removed: [],
    modified: ["src/main.ts"],
  };
  const stamped = { ...repository, pushed_at: Math.floor(at.getTime() / 1000) };
  const frame = {
    ref: "refs/heads/main",
    before: randomSha(),
    after: sha,
    created: false,
    deleted: false,
    forced: false,
  };
  return { ...frame, repository: stamped, commits: [commit], head_commit: commit };
}
