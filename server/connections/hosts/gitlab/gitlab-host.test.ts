import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { openConnection } from "#server/connections/open-connection.ts";
import { as, test } from "#server/testing/database.ts";
import {
  connectByToken,
  connectionOptions,
  jobOutside,
  organization,
} from "#server/testing/fake-github/connect.ts";
import { serveFakeGitlab } from "#server/testing/fake-gitlab/fake-gitlab.ts";
import type { FakeGitlab } from "#server/testing/fake-gitlab/route.ts";

async function open(db: Db, fake: FakeGitlab, token = fake.token) {
  const id = await connectByToken(db, fake, token, { kind: "gitlab", owners: [organization("acme")] });
  return openConnection(as(db), jobOutside(), id, connectionOptions);
}

async function acme(): Promise<FakeGitlab> {
  const fake = await serveFakeGitlab();
  fake.state.owner("acme", "Organization", ["ana", "ben"]);
  fake.state.team("acme", "payments", { members: ["ben"] });
  fake.state.repository("acme/web", {
    files: { "catalog-info.yaml": "kind: Component\n", "docs/a b.md": "# Hello" },
    readers: ["Ana"],
  });
  return fake;
}

test("projects, groups and files of a GitLab are read like any other's", async ({ db }) => {
  const fake = await acme();
  for (let n = 0; n < 120; n += 1) fake.state.repository(`acme/p${n}`);
  const host = await open(db, fake);
  const pages = [];
  for await (const page of host.listRepositories()) pages.push(page);
  expect(pages.map((page) => page.length)).toEqual([100, 21]);
  expect(pages[0]?.[0]).toMatchObject({ fullName: "acme/web", isEmpty: false, defaultBranch: "main" });
  const commit = await host.resolveBranch("acme/web", null);
  const tree = await host.readTree("acme/web", commit);
  expect(tree.entries.map(({ path, sha }) => [path, sha.length])).toEqual([
    ["catalog-info.yaml", 40],
    ["docs/a b.md", 40],
  ]);
  expect((await host.readFile("acme/web", "docs/a b.md", commit)).toString()).toBe("# Hello");
  // Guests of a project do not see its files.
  expect(await host.listReaders("acme/web")).toEqual([
    { login: "ana", externalId: expect.stringMatching(/^\d+$/) },
  ]);
  const teams = [];
  for await (const page of host.listTeams()) teams.push(...page);
  expect(teams).toMatchObject([{ organization: "acme", slug: "payments", parentSlug: null }]);
  for await (const page of host.listTeamMembers(teams[0]!)) expect(page).toMatchObject([{ login: "ben" }]);
  expect(await host.readIdentity()).toMatchObject({
    name: "ana",
    organizations: ["acme"],
    abilities: { writeContents: true },
  });
  await host.close();
});

test("a file is proposed once, and the check and the comment are kept up to date", async ({ db }) => {
  const fake = await acme();
  const host = await open(db, fake);
  const proposal = {
    branch: "milepost/adopt",
    files: { "catalog-info.yaml": "kind: API\n", new: "1" },
    title: "Adopt",
    body: "Why",
  };
  expect(await host.openPullRequest("acme/web", proposal)).toMatchObject({ number: 1, isNew: true });
  expect(await host.openPullRequest("acme/web", proposal)).toMatchObject({ number: 1, isNew: false });
  const head = fake.state.get("acme/web").branches.get("milepost/adopt") ?? "";
  expect(fake.state.commits.get(head)?.files.get("catalog-info.yaml")?.content.toString()).toBe(
    "kind: API\n",
  );
  expect((await host.upsertComment("acme/web", 1, "<!-- m -->", "one")).did).toBe("created");
  expect((await host.upsertComment("acme/web", 1, "<!-- m -->", "two")).did).toBe("changed");
  expect((await host.upsertComment("acme/web", 1, "<!-- m -->", "two")).did).toBe("unchanged");
  await host.createCheckRun("acme/web", {
    name: "Catalogue",
    headSha: head,
    status: "completed",
    conclusion: "failure",
    title: "Bad",
    summary: "",
  });
  expect(fake.statuses).toEqual([
    { sha: head, body: { state: "failed", name: "Catalogue", description: "Bad" } },
  ]);
});

test("a token that was revoked, and a project that is gone, are told in a sentence", async ({ db }) => {
  const fake = await acme();
  const host = await open(db, fake);
  await expect(host.getRepository("acme/gone")).rejects.toMatchObject({
    code: "not_found",
    message: expect.stringContaining("acme/gone could not be found"),
  });
  const other = await open(db, fake, "glpat-revoked");
  await expect(other.getRepository("acme/web")).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("revoked or has expired"),
  });
});
