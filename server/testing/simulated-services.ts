import { sql } from "drizzle-orm";
import { commits, deployments, releases, repositories } from "#db/schema/delivery.ts";
import type { Db } from "#db/types.ts";
import { tierOf } from "#server/delivery/model.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as } from "#server/testing/database.ts";

/** One deployment in a row of commits: to where, of which of them, how it ended, and so many hours after the one before. */
export type Step = { environment: string; commit: number; outcome: "success" | "failure"; hours: number };

export const refOf = (name: string) => `component:default/${name}`;
const shaOf = (name: string, n: number) =>
  Buffer.from(`${name}-${n}`).toString("hex").padEnd(40, "0").slice(-40);

/** A service with a repository of its own: a line of commits, its deployments, and a release for each third commit. */
export async function makeService(db: Db, name: string, steps: readonly Step[]): Promise<void> {
  await importFiles(db, name, {
    "catalog-info.yaml": fileOf(
      documentText("Component", name, {
        metadata: { annotations: { "github.com/project-slug": `acme/${name}` } },
        spec: { owner: "group:default/shop" },
      }),
    ),
  });
  const began = Date.now() - 80 * 86_400_000;
  const stamp = { asOf: new Date(began), asOfGuid: "g" };
  const repositoryId = `github.com:${name}`;
  await db.insert(repositories).values({
    id: repositoryId,
    fullName: `acme/${name}`,
    slug: `acme/${name}`,
    defaultBranch: "main",
    observedSince: new Date(began - 400 * 86_400_000),
    isDemo: false,
    ...stamp,
  });
  const last = Math.max(...steps.map(({ commit }) => commit));
  const numbers = Array.from({ length: last + 1 }, (_, n) => n);
  await db.insert(commits).values(
    numbers.map((n) => ({
      repositoryId,
      sha: shaOf(name, n),
      title: `Change ${n}`,
      authoredAt: new Date(began - (last - n) * 3_600_000),
      paths: ["a.ts"],
      parents: n === 0 ? [] : [shaOf(name, n - 1)],
      ...stamp,
    })),
  );
  const released = numbers.filter((n) => n % 3 === 1);
  if (released.length > 0) {
    await db.insert(releases).values(
      released.map((n) => ({
        repositoryId,
        number: n,
        tag: `v${n}`,
        name: `v${n}`,
        isDraft: false,
        isPrerelease: false,
        publishedAt: new Date(began + n * 86_400_000),
        ...stamp,
      })),
    );
    await db.execute(sql`
      insert into tags (repository_id, name, sha, as_of, as_of_guid)
      select ${repositoryId}, 'v' || n, s, ${stamp.asOf.toISOString()}::timestamptz, 'g'
      from unnest(${sql.param(released)}::int[], ${sql.param(released.map((n) => shaOf(name, n)))}::text[]) as t(n, s)`);
  }
  let at = began;
  for (const [index, { environment, commit, outcome, hours }] of steps.entries()) {
    at += hours * 3_600_000;
    await db.insert(deployments).values({
      repositoryId,
      number: index + 1,
      environment,
      tier: tierOf({ name: environment, isProduction: undefined, isTransient: undefined }),
      sha: shaOf(name, commit),
      ref: "main",
      task: "deploy",
      createdAt: new Date(at),
      succeededAt: outcome === "success" ? new Date(at) : null,
      failedAt: outcome === "failure" ? new Date(at) : null,
      ...stamp,
    });
  }
  await db.execute(sql`
    insert into delivery_services (entity_ref, due_from, due_count) values (${refOf(name)}, 'epoch', 1)
    on conflict (entity_ref) do update set due_from = 'epoch'`);
  await projectDue(as(db), () => false);
}
