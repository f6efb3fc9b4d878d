import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { openConnection } from "#server/connections/open-connection.ts";
import { markServicesDue } from "#server/delivery/projection/mark-services-due.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import type { WhereChange } from "#server/delivery/where/model.ts";
import { writeFacts } from "#server/delivery/write-facts.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { prepareCheck, repo } from "#server/testing/check-stage.ts";
import { as, test } from "#server/testing/database.ts";
import { connectionOptions } from "#server/testing/fake-github/connect.ts";
import { readPermissions } from "#server/testing/fake-github/world.ts";
import { person } from "#server/testing/people.ts";
import { commentWords } from "./comment-words.ts";
import { readCommentSettings } from "./read-comment-settings.ts";
import { saveCommentSetting } from "./save-comment-setting.ts";
import { tellPullRequests } from "./tell-pull-requests.ts";

// The host judges our key by its own clock, so these are hours of the day that ends now.
const now = new Date();
const at = (hour: number) => new Date(now.getTime() - (18 - hour) * 3_600_000);
const told = (hour: number) => `${at(hour).toISOString().slice(0, 16).replace("T", " ")} UTC`;
const open: typeof openConnection = (ctx, outside, id) => openConnection(ctx, outside, id, connectionOptions);
const [first, second] = ["a".repeat(40), "b".repeat(40)];
const stamp = { asOf: now, asOfGuid: "1" };

type Options = Parameters<typeof prepareCheck>[1];

/** A connected repository with a merged pull request; `deploy` brings a commit to an environment of production. */
async function prepare(db: Db, options: Options = {}) {
  await db.execute(sql`truncate entities, source_repositories, repositories, delivery_services cascade`);
  const { fake, tools, connectionId } = await prepareCheck(db, options);
  const { number } = fake.state.pullRequest(repo, { head: "main" });
  await importFiles(db, randomUUID(), {
    "catalog-info.yaml": fileOf(
      documentText("Component", "told", {
        metadata: {
          annotations: { "github.com/project-slug": repo, "milepost.dev/deployment-task": "deploy" },
        },
      }),
    ),
  });
  const [listed] = await db.execute<{ url: string }>(
    sql`select url from source_repositories where slug = ${repo}`,
  );
  const repositoryId = "github.com:1";
  const about = {
    fullName: repo,
    slug: repo,
    defaultBranch: "main",
    observedSince: at(1),
    isDemo: false,
    ...stamp,
  };
  const repository = { id: repositoryId, url: listed?.url ?? null, ...about };
  const ctx = { ...tools.ctx, now: () => now };
  const tell = async (facts: object) => {
    await writeFacts(ctx, [{ repository, ...facts }]);
    await markServicesDue(ctx, [{ repository, ...facts }]);
    while (await projectDue(ctx, () => false));
  };
  const commit = (sha: string, parents: string[]) => {
    const times = { authoredAt: at(2), committedAt: at(2) };
    return {
      repositoryId,
      sha,
      title: "x",
      paths: [],
      parents,
      pushParents: [],
      reverts: [],
      isBot: false,
      ...times,
      ...stamp,
    };
  };
  const pull = {
    repositoryId,
    number,
    title: "Told",
    state: "closed",
    isDraft: false,
    baseRef: "main",
    headRef: "topic",
  };
  const times = { openedAt: at(2), closedAt: at(3), mergedAt: at(3), readyAt: null };
  await tell({
    commits: [commit(first, []), commit(second, [first])],
    pullRequests: [
      { ...pull, headSha: "c".repeat(40), labels: [], ...times, mergeSha: second, commitCount: 1, ...stamp },
    ],
  });
  let serial = 100;
  const deploy = (sha: string, environment: string, hour: number) => {
    serial += 1;
    const deployment = {
      repositoryId,
      number: serial,
      environment,
      tier: "production",
      sha,
      ref: "main",
      task: "deploy",
    };
    const never = { startedAt: null, failedAt: null, lastFailedAt: null };
    return tell({
      deployments: [{ ...deployment, createdAt: at(hour), succeededAt: at(hour), ...never, ...stamp }],
    });
  };
  const run = () => tellPullRequests({ ...tools, ctx }, { open, publicUrl: "https://portal.example.com" });
  const admin = (moment = at(5)) => as(db, person("admin"), moment);
  return { fake, connectionId, deploy, run, admin };
}

test("nothing is written until an admin switches it on; then one comment, which follows what happens", async ({
  db,
}) => {
  const { fake, connectionId, deploy, run, admin } = await prepare(db);
  const comments = () => fake.state.get(repo).comments;
  await deploy(first, "production-eu", 9);
  await deploy(first, "production-us", 9);
  await deploy(second, "production-eu", 14);
  await run();
  expect(comments()).toEqual([]);
  const developer = as(db, person("developer"));
  await expect(saveCommentSetting(developer, { connectionId, isOn: true })).rejects.toMatchObject({
    code: "forbidden",
  });
  await expect(readCommentSettings(developer)).rejects.toMatchObject({ code: "forbidden" });
  await saveCommentSetting(admin(), { connectionId, isOn: true });
  expect((await readCommentSettings(admin())).items).toContainEqual(
    expect.objectContaining({ connectionId, isOn: true }),
  );
  await run();
  expect(comments()).toHaveLength(1);
  expect(comments()[0]?.body).toContain(`| \`told\` | \`production-eu\` | Live | ${told(14)} |`);
  expect(comments()[0]?.body).toContain("| `told` | `production-us` | Waiting |  |");
  const asked = fake.asked.length;
  await run();
  expect(fake.asked.length).toBe(asked);
  await deploy(first, "production-eu", 16);
  await run();
  expect(comments()).toHaveLength(1);
  expect(comments()[0]?.body).toContain(`| \`told\` | \`production-eu\` | Rolled back | ${told(16)} |`);
});

test("what was live before it was switched on is not told", async ({ db }) => {
  const { fake, connectionId, deploy, run, admin } = await prepare(db);
  await deploy(first, "production", 9);
  await deploy(second, "production", 14);
  await saveCommentSetting(admin(at(15)), { connectionId, isOn: true });
  await run();
  expect(fake.state.get(repo).comments).toEqual([]);
});

test("a public repository is told nothing, and a missing permission is kept as the reason", async ({
  db,
}) => {
  for (const options of [{ visibility: "public" }, { permissions: readPermissions }] as const) {
    const { fake, connectionId, deploy, run, admin } = await prepare(db, options);
    await deploy(first, "production", 9);
    await deploy(second, "production", 14);
    await saveCommentSetting(admin(), { connectionId, isOn: true });
    await run();
    expect(fake.state.get(repo).comments).toEqual([]);
    const kept = await db.execute<{ failure: string }>(sql`select failure from delivery_comments`);
    expect(kept.map(({ failure }) => failure)).toEqual(
      "visibility" in options ? [] : [expect.stringContaining("lacks the permission")],
    );
  }
});

test("hostile names stay in their cell as code", () => {
  const place = { tier: "production", state: "live", since: at(1), isAtLeast: false } as const;
  const environment = "prod` | @acme/all <img src=x> | [x](javascript:1)\n# big";
  const service = { name: "a|b`c", places: [{ ...place, environment }] };
  const words = commentWords({ services: [service] } as unknown as WhereChange, null) ?? "";
  const row = words.split("\n").find((line) => line.includes("prod"));
  expect(row?.replace(/`[^`]*`/g, "CODE")).toBe(`| CODE | CODE | Live | ${told(1)} |`);
  expect(words).not.toMatch(/^# big/m);
});
