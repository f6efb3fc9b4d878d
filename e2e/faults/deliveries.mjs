// Webhooks as GitHub sends them, made up from a number, and what has to stand in the tables when all were worked in.
// Nothing here comes from the portal: it is the second opinion.
import { createHash, createHmac } from "node:crypto";

const day = Date.UTC(2026, 9, 1);
const hex = (text, length) => createHash("sha256").update(text).digest("hex").slice(0, length);
const stamp = (minutes) => new Date(day + minutes * 60_000).toISOString();

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
export const sign = (secret, body) => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

const repositories = 5;

function repositoryOf(story) {
  const number = story % repositories;
  const fullName = `faults/repository-${number}`;
  return {
    id: 9_000_000 + number,
    full_name: fullName,
    default_branch: "main",
    html_url: `https://github.com/${fullName}`,
  };
}

const keyOf = (repository) => `github.com:${repository.id}`;

/** What happens to one object, in order; the last part says how it has to end. */
const stories = [
  function deployment(story, repository, at) {
    const isGood = story % 3 !== 0;
    const base = {
      id: 70_000 + story,
      sha: hex(`deployed ${story}`, 40),
      ref: "main",
      task: "deploy",
      environment: "production",
      created_at: stamp(at),
    };
    const status = (state, minutes) => ({
      event: "deployment_status",
      at: minutes,
      payload: {
        action: "created",
        deployment: { ...base, updated_at: stamp(minutes) },
        deployment_status: { id: minutes, state, environment: "production", created_at: stamp(minutes) },
        repository,
      },
    });
    return {
      webhooks: [
        {
          event: "deployment",
          at,
          payload: { action: "created", deployment: { ...base, updated_at: stamp(at) }, repository },
        },
        status("in_progress", at + 2),
        status(isGood ? "success" : "failure", at + 5),
      ],
      row: [
        "deployments",
        `${keyOf(repository)} ${base.id}`,
        { sha: base.sha, created: stamp(at), started: stamp(at + 2), end: stamp(at + 5), isGood },
      ],
    };
  },
  function pullRequest(story, repository, at) {
    const pull = (state, minutes, more) => ({
      event: "pull_request",
      at: minutes,
      payload: {
        action: state,
        pull_request: {
          number: story,
          title: `Change ${story} as of ${minutes}`,
          state: state === "closed" ? "closed" : "open",
          base: { ref: "main" },
          head: { ref: `change-${story}`, sha: hex(`head ${story} ${minutes}`, 40) },
          created_at: stamp(at),
          updated_at: stamp(minutes),
          ...more,
        },
        repository,
      },
    });
    const merged = {
      merged_at: stamp(at + 7),
      closed_at: stamp(at + 7),
      merge_commit_sha: hex(`merge ${story}`, 40),
    };
    return {
      webhooks: [pull("opened", at, {}), pull("synchronize", at + 3, {}), pull("closed", at + 7, merged)],
      row: [
        "pull_requests",
        `${keyOf(repository)} ${story}`,
        {
          title: `Change ${story} as of ${at + 7}`,
          state: "closed",
          merged: stamp(at + 7),
          sha: merged.merge_commit_sha,
        },
      ],
    };
  },
  function push(story, repository, at) {
    const commit = { id: hex(`commit ${story}`, 40), message: `Commit ${story}`, timestamp: stamp(at) };
    return {
      webhooks: [
        {
          event: "push",
          at,
          payload: {
            ref: "refs/heads/main",
            before: hex(`before ${story}`, 40),
            after: commit.id,
            commits: [{ ...commit, added: [], removed: [], modified: [`src/${story}.ts`] }],
            repository: { ...repository, pushed_at: Math.floor((day + at * 60_000) / 1000) },
          },
        },
      ],
      row: ["commits", `${keyOf(repository)} ${commit.id}`, { title: `Commit ${story}` }],
    };
  },
  function incident(story, repository, at) {
    const issue = (action, minutes, more) => ({
      event: "issues",
      at: minutes,
      payload: {
        action,
        issue: {
          number: 5_000 + story,
          title: `Incident ${story}`,
          labels: [{ name: "incident" }],
          created_at: stamp(at),
          updated_at: stamp(minutes),
          ...more,
        },
        repository,
      },
    });
    return {
      webhooks: [issue("opened", at, {}), issue("closed", at + 20, { closed_at: stamp(at + 20) })],
      row: [
        "incidents",
        `${keyOf(repository)} ${5_000 + story}`,
        { opened: stamp(at), closed: stamp(at + 20) },
      ],
    };
  },
  function run(story, repository, at) {
    const phase = (action, minutes, more) => ({
      event: "workflow_run",
      at: minutes,
      payload: {
        action,
        workflow_run: {
          id: 800_000 + story,
          run_number: story,
          run_attempt: 1,
          name: "CI",
          path: ".github/workflows/ci.yml",
          event: "push",
          head_branch: "main",
          head_sha: hex(`run ${story}`, 40),
          created_at: stamp(at),
          run_started_at: stamp(at),
          updated_at: stamp(minutes),
          ...more,
        },
        repository,
      },
    });
    return {
      webhooks: [
        phase("requested", at, { status: "queued", conclusion: null }),
        phase("completed", at + 4, { status: "completed", conclusion: "success" }),
      ],
      row: [
        "workflow_runs",
        `${keyOf(repository)} ${800_000 + story}`,
        { status: "completed", conclusion: "success" },
      ],
    };
  },
];

/** A webhook ready to be sent: its GUID, its event and its bytes. */
function delivery(seed, { event, payload }, paddingBytes) {
  const digest = hex(seed, 32);
  const guid = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-${digest.slice(12, 16)}-${digest.slice(16, 20)}-${digest.slice(20)}`;
  const padded = paddingBytes > 0 ? { ...payload, padding: hexText(seed, paddingBytes) } : payload;
  return { guid, event, body: Buffer.from(JSON.stringify(padded)) };
}

function hexText(seed, length) {
  let text = "";
  for (let part = 0; text.length < length; part += 1) text += hex(`${seed} ${part}`, 64);
  return text.slice(0, length);
}

/**
 * `stories` objects with their webhooks in the order of their happening, and the rows that they have to leave:
 * table → key → what is to be read there.
 */
export function makeStream(count, { paddingBytes = 1_000 } = {}) {
  const told = [];
  const expected = new Map();
  for (let story = 0; story < count; story += 1) {
    const { webhooks, row } = stories[story % stories.length](story, repositoryOf(story), story * 3);
    const [table, key, value] = row;
    if (!expected.has(table)) expected.set(table, new Map());
    expected.get(table).set(key, value);
    webhooks.forEach((one, place) => {
      told.push({ at: one.at, ...delivery(`story ${story} part ${place}`, one, paddingBytes) });
    });
  }
  told.sort((left, right) => left.at - right.at);
  return { deliveries: told, expected };
}

let probes = 0;

/** A webhook that changes nothing but has to come through: GitHub's ping. */
export function makeProbe() {
  probes += 1;
  return delivery(
    `probe ${process.pid} ${probes} ${Date.now()}`,
    { event: "ping", payload: { zen: "Anything" } },
    0,
  );
}

/** A deployment whose number a case can make the database refuse. */
export function makePoison(number) {
  const repository = { ...repositoryOf(0), id: 9_100_000 + number, full_name: `faults/poison-${number}` };
  const deployment = {
    id: 666_000_000 + number,
    sha: hex(`poison ${number}`, 40),
    ref: "main",
    task: "deploy",
  };
  const times = { created_at: stamp(0), updated_at: stamp(0) };
  const payload = {
    action: "created",
    deployment: { ...deployment, environment: "production", ...times },
    repository: { ...repository, html_url: `https://github.com/${repository.full_name}` },
  };
  return delivery(`poison ${number}`, { event: "deployment", payload }, 0);
}
