import { sql } from "drizzle-orm";
import { onTestFinished } from "vitest";
import { sourceRepositories } from "#db/schema/connections.ts";
import { discoveredRepositories } from "#db/schema/discovery.ts";
import type { Db } from "#db/types.ts";
import { type HistoryTools, type ImportedHistory, importHistory } from "#server/delivery/import-history.ts";
import { documentText, importFiles } from "./catalogue.ts";
import { as } from "./database.ts";
import { connectByToken, jobOutside, organization } from "./fake-github/connect.ts";
import { type FakeGithub, startFakeGithub } from "./fake-github/fake-github.ts";
import { type FakeHooks, fakeHooks } from "./fake-github/hook-routes.ts";
import { giveToken } from "./fake-github/world.ts";

const day = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * day);

export type HistoryPast = {
  fake: FakeGithub;
  connectionId: string;
  tools: () => HistoryTools;
  run: () => Promise<ImportedHistory>;
  /** Runs it in a process that dies at its so many-th query; answers whether it came to its end before. */
  runUntilKilled: (queries: number) => Promise<boolean>;
  /** What was taken in, without what differs from one run to the other. */
  rows: () => Promise<{
    deployments: { repository: string; sha: string; at: string; outcome: string }[];
    pulls: unknown[];
    incidents: unknown[];
    commits: unknown[];
  }>;
  deploymentOf: (id: number) => { repository: string; at: Date };
};

/**
 * An organisation with a past of more than a year: two services in production, one that is not, and a repository without
 * a Component. Deployments, pull requests, incidents and commits lie over all of it.
 */
export async function historyPast(db: Db, owner: string): Promise<HistoryPast> {
  await db.execute(sql`delete from connections`);
  const hooks = fakeHooks();
  const fake = await startFakeGithub({ more: hooks.routes });
  onTestFinished(fake.stop);
  // Repositories are known by host and number, and all fakes are on one host.
  pasts += 1;
  while (fake.state.nextId() < 10_000 * pasts);
  fake.state.owner(owner, "Organization", ["ana"]);
  const connectionId = await connectByToken(db, fake, giveToken(fake), {
    owners: [organization(owner)],
    reservePercent: 0,
  });
  const made = await fillPast(db, fake, hooks, { connectionId, owner });
  const tools = (): HistoryTools => ({
    ctx: as(db),
    outside: jobOutside(),
    signal: new AbortController().signal,
  });
  return {
    fake,
    connectionId,
    tools,
    run: () => importHistory(tools(), { connectionId }),
    runUntilKilled: async (queries) => {
      const ctx = { ...as(db), db: dying(db, queries) };
      try {
        await importHistory({ ...tools(), ctx }, { connectionId });
        return true;
      } catch (error) {
        if (!String(error).includes(ended) && !String((error as Error).cause).includes(ended)) throw error;
        return false;
      }
    },
    rows: () => readRows(db, owner),
    deploymentOf: (id) => made.get(id) ?? { repository: "?", at: new Date() },
  };
}

type Made = Map<number, { repository: string; at: Date }>;

const lifecycles: Readonly<Record<string, string | null>> = {
  live: "production",
  busy: "production",
  young: "experimental",
  tool: null,
};

/** Makes the repositories with what happened in them, and lists them as a discovery would have; answers the deployments. */
async function fillPast(
  db: Db,
  fake: FakeGithub,
  hooks: FakeHooks,
  { connectionId, owner }: { connectionId: string; owner: string },
): Promise<Made> {
  const made: Made = new Map();
  for (const [index, [name, lifecycle]] of Object.entries(lifecycles).entries()) {
    const slug = `${owner}/${name}`;
    const { id } = fake.state.repository(slug, { files: { a: "a" }, at: daysAgo(500) });
    for (let days = 400; days > 0; days -= 20 + index * 5) {
      const commit = fake.state.commit(
        slug,
        { a: `${days}` },
        { at: daysAgo(days + 1), message: `Day ${days}` },
      );
      const at = daysAgo(days);
      const states = days % 40 === 0 ? ["failure"] : ["success"];
      const deployment = fake.state.deployment(slug, {
        environment: "production",
        at,
        sha: commit.sha,
        states,
      });
      made.set(deployment.id, { repository: name, at });
      const pull = fake.state.pullRequest(slug, {
        head: "main",
        title: `Day ${days}`,
        at: daysAgo(days + 2),
      });
      const ended = { updatedAt: at, closedAt: at, mergedAt: at };
      Object.assign(pull, { state: "closed", ...ended, mergeSha: commit.sha });
    }
    hooks.issues.set(slug, [
      {
        ...{ number: 900, title: "Down", labels: ["incident"] },
        ...{ createdAt: daysAgo(100), updatedAt: daysAgo(99), closedAt: daysAgo(99) },
      },
    ]);
    await list(db, fake, { connectionId, slug, id, pushedAt: daysAgo(index) });
    if (lifecycle) await declare(db, owner, name, lifecycle);
  }
  return made;
}

let pasts = 0;
const ended = "This process was killed";

/** A database that answers so many queries more, as it looks to a process that is killed then. */
function dying(db: Db, queries: number): Db {
  const left = { queries };
  const wrap = (inner: Db): Db =>
    new Proxy(inner, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          left.queries -= 1;
          if (left.queries < 0) throw new Error(ended);
          if (name !== "transaction") return value.apply(target, args) as unknown;
          const [work, ...rest] = args as [(tx: Db) => Promise<unknown>];
          return value.apply(target, [(tx: Db) => work(wrap(tx)), ...rest]) as unknown;
        };
      },
    });
  return wrap(db);
}

async function list(
  db: Db,
  fake: FakeGithub,
  row: { connectionId: string; slug: string; id: number; pushedAt: Date },
): Promise<void> {
  const url = `${fake.webUrl}/${row.slug}`;
  const [made] = await db
    .insert(sourceRepositories)
    .values({
      connectionId: row.connectionId,
      externalId: String(row.id),
      fullName: row.slug,
      slug: row.slug,
      url,
      cloneUrl: `${url}.git`,
      defaultBranch: "main",
      visibility: "private",
      topics: [],
      pushedAt: row.pushedAt,
      listedAt: new Date(),
    })
    .returning({ id: sourceRepositories.id });
  await db
    .insert(discoveredRepositories)
    .values({ repositoryId: made?.id ?? "", files: [], evidence: {}, commit: "a", lookedAt: new Date() });
}

const declare = (db: Db, owner: string, name: string, lifecycle: string) =>
  importFiles(db, `/${owner}-${name}`, {
    "catalog-info.yaml": documentText("Component", `${owner}-${name}`, {
      metadata: { annotations: { "github.com/project-slug": `${owner}/${name}` } },
      spec: { type: "service", lifecycle, owner: "payments" },
    }),
  });

async function readRows(db: Db, owner: string) {
  const of = sql`r.slug like ${`${owner}/%`}`;
  const repository = sql`split_part(r.full_name, '/', 2) as repository`;
  // Commits have other names in each fake, and moments differ by how long the tests take.
  const at = (column: string) =>
    sql`round(extract(epoch from now() - ${sql.raw(column)}) / 86400)::text as at`;
  const deployments = await db.execute<{ repository: string; sha: string; at: string; outcome: string }>(sql`
    select ${repository}, c.title as sha, ${at("d.created_at")}, d.outcome from deployments d
    join repositories r on r.id = d.repository_id left join commits c on c.repository_id = r.id and c.sha = d.sha
    where ${of} order by 1, d.created_at, d.number`);
  const pulls = await db.execute(sql`
    select ${repository}, p.number, p.title, p.state, p.merged_at is not null as merged from pull_requests p
    join repositories r on r.id = p.repository_id where ${of} order by 1, 2`);
  const incidents = await db.execute(sql`
    select ${repository}, i.number, i.title, i.closed_at is not null as closed from incidents i
    join repositories r on r.id = i.repository_id where ${of} order by 1, 2`);
  const commits = await db.execute(sql`
    select ${repository}, c.title, cardinality(c.parents) as parents from commits c
    join repositories r on r.id = c.repository_id where ${of} order by 1, c.committed_at, 2`);
  return {
    deployments: [...deployments],
    pulls: [...pulls],
    incidents: [...incidents],
    commits: [...commits],
  };
}
