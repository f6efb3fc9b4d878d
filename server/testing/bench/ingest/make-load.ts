import { createHash, createHmac } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One webhook ready to be sent. */
export type Sent = { guid: string; event: string; body: Buffer; signature: string };

export const repositories = 20;
const hex = (text: string, length: number) =>
  createHash("sha256").update(text).digest("hex").slice(0, length);

const repositoryOf = (number: number) => {
  const place = number % repositories;
  const fullName = `bench/service-${place}`;
  return {
    id: 4_000_000 + place,
    full_name: fullName,
    default_branch: "main",
    html_url: `https://github.com/${fullName}`,
  };
};

/** A Component for each repository, so that deployments are worked in as those of services. */
export function writeCatalogue(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const documents = Array.from({ length: repositories }, (_, place) =>
    [
      "apiVersion: backstage.io/v1alpha1",
      "kind: Component",
      "metadata:",
      `  name: service-${place}`,
      "  annotations:",
      `    github.com/project-slug: bench/service-${place}`,
      "spec:",
      "  type: service",
      "  lifecycle: production",
      "  owner: group:default/bench",
    ].join("\n"),
  );
  writeFileSync(join(folder, "catalog-info.yaml"), `${documents.join("\n---\n")}\n`);
}

type Payload = { event: string; payload: Record<string, unknown> };

/** The same bytes each time that a webhook is made. */
const beganAt = Date.now();

/** Ten webhooks of one change, as a repository sends them from the push to the deployment; the tenth is of no use here. */
function payloadOf(number: number): Payload {
  const story = Math.floor(number / 10);
  const at = new Date(beganAt + (number % 10_000_000) * 5).toISOString();
  const sha = hex(`commit ${story}`, 40);
  const repository = repositoryOf(story);
  const pull = (action: string, more: object) => ({
    event: "pull_request",
    payload: {
      action,
      pull_request: {
        number: story + 1,
        title: `Change ${story}`,
        state: action === "closed" ? "closed" : "open",
        draft: false,
        base: { ref: "main" },
        head: { ref: `change-${story}`, sha },
        labels: [{ name: "backend" }],
        created_at: at,
        updated_at: at,
        commits: 2,
        ...more,
      },
    },
  });
  const run = (action: string, more: object) => ({
    event: "workflow_run",
    payload: {
      action,
      workflow_run: {
        id: 10_000_000 + story,
        run_number: story,
        run_attempt: 1,
        name: "CI",
        path: ".github/workflows/ci.yml",
        event: "push",
        head_branch: "main",
        head_sha: sha,
        created_at: at,
        updated_at: at,
        ...more,
      },
    },
  });
  const deployment = {
    id: 20_000_000 + story,
    sha,
    ref: "main",
    task: "deploy",
    environment: "production",
    created_at: at,
    updated_at: at,
  };
  const status = (state: string) => ({
    event: "deployment_status",
    payload: { action: "created", deployment, deployment_status: { id: number, state, created_at: at } },
  });
  const made: Payload[] = [
    pull("opened", {}),
    pull("synchronize", {}),
    run("requested", { status: "queued", conclusion: null }),
    run("completed", { status: "completed", conclusion: "success" }),
    pull("closed", { merged_at: at, closed_at: at, merge_commit_sha: hex(`merge ${story}`, 40) }),
    {
      event: "push",
      payload: {
        ref: "refs/heads/main",
        before: hex(`commit ${story - repositories}`, 40),
        after: sha,
        commits: [
          {
            id: sha,
            message: `Change ${story}`,
            timestamp: at,
            added: [],
            removed: [],
            modified: ["src/a.ts"],
          },
        ],
      },
    },
    { event: "deployment", payload: { action: "created", deployment } },
    status("in_progress"),
    status("success"),
    { event: "check_run", payload: { action: "completed", check_run: { id: number } } },
  ];
  const one = made[number % 10];
  if (!one) throw new Error("There are ten webhooks in a story");
  return { event: one.event, payload: { ...one.payload, repository } };
}

/** Words as they stand in payloads: addresses that repeat, with numbers that do not. */
function padding(number: number, bytes: number): string[] {
  const lines: string[] = [];
  for (let size = 0, line = 0; size < bytes; line += 1) {
    const text = `https://api.github.com/repos/bench/service-${number % repositories}/git/${hex(`${number} ${line}`, 24)}`;
    lines.push(text);
    size += text.length + 3;
  }
  return lines;
}

/** The webhook of a number, always with the same GUID: 8 kB, each twentieth 25 kB. */
export function makeDelivery(secret: string, run: string, number: number): Sent {
  const { event, payload } = payloadOf(number);
  const text = JSON.stringify({ ...payload, links: padding(number, number % 20 === 3 ? 24_000 : 7_200) });
  const body = Buffer.from(text);
  const digest = hex(`${run} ${number}`, 32);
  const guid = [8, 12, 16, 20].reduceRight((id, place) => `${id.slice(0, place)}-${id.slice(place)}`, digest);
  return {
    guid,
    event,
    body,
    signature: `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  };
}
