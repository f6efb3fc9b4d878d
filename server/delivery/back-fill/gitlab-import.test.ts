import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { sourceRepositories } from "#db/schema/connections.ts";
import { documentText, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { connectByToken, jobOutside, organization } from "#server/testing/fake-github/connect.ts";
import { serveFakeGitlab } from "#server/testing/fake-gitlab/fake-gitlab.ts";
import { importHistory } from "../import-history.ts";
import { readImports } from "./read-imports.ts";

const day = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * day);

test("the past of a GitLab project is read slice by slice, and each deployment is asked for once", async ({
  db,
}) => {
  const fake = await serveFakeGitlab();
  fake.state.owner("acme", "Organization", ["ana"]);
  const { id } = fake.state.repository("acme/web", { files: { a: "a" } });
  for (let days = 300; days > 0; days -= 30)
    fake.state.deployment("acme/web", { environment: "production", at: daysAgo(days) });
  const connectionId = await connectByToken(db, fake, fake.token, {
    kind: "gitlab",
    owners: [organization("acme")],
  });
  const url = `${fake.webUrl}/acme/web`;
  await db.insert(sourceRepositories).values({
    ...{ connectionId, externalId: String(id), fullName: "acme/web", slug: "acme/web", url },
    ...{
      cloneUrl: `${url}.git`,
      defaultBranch: "main",
      visibility: "private",
      topics: [],
      listedAt: new Date(),
    },
  });
  await importFiles(db, "/web", {
    "catalog-info.yaml": documentText("Component", "gitlab-web", {
      metadata: { annotations: { "github.com/project-slug": "acme/web" } },
    }),
  });
  const run = () =>
    importHistory(
      { ctx: as(db), outside: jobOutside(), signal: new AbortController().signal },
      { connectionId },
    );
  expect(await run()).toMatchObject({ deployments: 10, waiting: 0, trouble: null });
  const [counted] = await db.execute(sql`
    select count(*)::int as n, count(succeeded_at)::int as ended from deployments`);
  expect(counted).toEqual({ n: 10, ended: 10 });
  const asked = fake.asked.flatMap(({ path }) => /\/deployments\/(\d+)/.exec(path)?.[1] ?? []);
  expect([...asked].sort()).toEqual([...new Set(asked)].sort());
  expect((await readImports(as(db)))[0]).toMatchObject({ state: "done", repositories: { done: 1, all: 1 } });
});
