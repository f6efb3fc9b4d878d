import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { as, test } from "#server/testing/database.ts";
import {
  componentFile,
  connectedFake,
  deliver,
  discover,
  jobTools,
  pushOf,
  uidOf,
} from "#server/testing/discovery.ts";
import { person } from "#server/testing/people.ts";
import { adoptProposals } from "./adopt-proposals.ts";
import { dismissProposals, reopenProposals } from "./decide-proposals.ts";
import { openPullRequest, requestPullRequests } from "./open-pull-request.ts";

type Row = {
  id: string;
  path: string;
  name: string;
  type: string;
  language: string | null;
  owner: string | null;
  confidence: number;
  state: string;
  evidence: { what: string; says: string; url: string | null }[];
  entityRef: string | null;
  reason: string | null;
  url: string | null;
};

async function read(db: Db, connectionId: string): Promise<Row[]> {
  return [
    ...(await db.execute<Row>(sql`
      select p.id, p.path, p.name, p.type, p.language, p.owner_ref as owner, p.confidence, p.state, p.evidence,
        p.entity_ref as "entityRef", p.reason, p.pull_request_url as url
      from proposals p join source_repositories r on r.id = p.repository_id
      where r.connection_id = ${connectionId} order by r.slug, p.path`)),
  ];
}

test("a repository without a file is proposed, with its owner and what speaks for it", async ({ db }) => {
  const { fake, connectionId } = await connectedFake(db, "org1");
  fake.state.owner("org1").members = ["org1-ana", "org1-ben"];
  fake.state.team("org1", "org1-pay", { members: ["org1-ana"] });
  fake.state.repository("org1/Billing.API", {
    language: "Go",
    description: "Bills people",
    topics: ["billing", "Not A Tag"],
    by: "org1-ana",
    files: {
      Dockerfile: "FROM scratch",
      "main.go": "package main",
      ".github/CODEOWNERS": "* @org1/org1-pay\n/docs/ @org1/writers\n",
    },
  });
  fake.state.repository("org1/fork", { isFork: true, files: { Dockerfile: "" } });
  fake.state.repository("org1/has-one", { files: { "catalog-info.yaml": componentFile("org1-has-one") } });
  await discover(db, connectionId);
  const found = await read(db, connectionId);
  expect(found).toMatchObject([
    {
      path: "",
      name: "billing.api",
      type: "service",
      language: "Go",
      owner: "group:default/org1-pay",
      confidence: 95,
      state: "open",
    },
  ]);
  expect(found[0]?.evidence).toEqual([
    {
      what: "CODEOWNERS",
      says: '"*" gives 100% of the files to @org1/org1-pay',
      url: `${fake.webUrl}/org1/Billing.API/blob/main/.github/CODEOWNERS#L1`,
    },
    { what: "Recent commits", says: "1 of the newest 1 commits are by org1-ana of org1-pay", url: null },
    {
      what: "Type",
      says: "Dockerfile is made to be deployed",
      url: `${fake.webUrl}/org1/Billing.API/blob/main/Dockerfile`,
    },
    { what: "Topics", says: "billing, Not A Tag", url: `${fake.webUrl}/org1/Billing.API` },
  ]);
});

test("a monorepo is proposed package by package, or by its code owners", async ({ db }) => {
  const { fake, connectionId } = await connectedFake(db, "org2");
  fake.state.repository("org2/shop", {
    files: {
      "package.json": JSON.stringify({ workspaces: ["packages/*"] }),
      "packages/cart/package.json": "{}",
      "packages/cart/Dockerfile": "",
      "packages/ui-lib/package.json": "{}",
      "scripts/package.json": "{}",
      "search/go.mod": "module search",
      "search/main.go": "",
      "search/README.md": "",
      CODEOWNERS: "/packages/cart/ @org2/cart\n/search/ @org2/search\n",
    },
  });
  fake.state.repository("org2/stacks", {
    files: {
      "network/main.tf": "",
      "dns/main.tf": "",
      CODEOWNERS: "* @org2/all\n/network/ @org2/net\n/dns/ @org2/dns\n/missing/ @org2/x\n",
    },
  });
  await discover(db, connectionId);
  const rows = await read(db, connectionId);
  expect(rows.map(({ path, name, type, owner }) => [path, name, type, owner])).toEqual([
    ["packages/cart", "cart", "service", "group:default/cart"],
    ["packages/ui-lib", "ui-lib", "library", null],
    ["search", "search", "service", "group:default/search"],
    ["dns", "dns", "infrastructure", "group:default/dns"],
    ["network", "network", "infrastructure", "group:default/net"],
  ]);
  expect(rows[0]?.confidence).toBeLessThan(70);
  expect(rows[0]?.evidence[0]?.says).toContain("nobody of that name is in the catalog");
});

test("many are adopted at once; a file that comes later takes over with uid and history", async ({ db }) => {
  const { fake, connectionId, secret } = await connectedFake(db, "org3");
  fake.state.repository("org3/a", { files: { Dockerfile: "", CODEOWNERS: "* @org3/pay" }, topics: ["java"] });
  fake.state.repository("org3/b", { files: { Dockerfile: "" } });
  await discover(db, connectionId);
  const ids = (await read(db, connectionId)).map(({ id }) => id);
  await expect(adoptProposals(as(db, person("developer")), { ids })).rejects.toMatchObject({
    code: "forbidden",
  });
  await expect(adoptProposals(as(db), { ids })).rejects.toMatchObject({
    field: "ownerRef",
    message: "Choose an owner: nobody could be guessed for b",
  });
  expect(await uidOf(db, "component:default/a")).toBeUndefined();
  const { refs } = await adoptProposals(as(db, person("platform")), { ids: [ids[0] ?? ""] });
  expect(refs).toEqual(["component:default/a"]);
  await adoptProposals(as(db), { ids: [ids[1] ?? ""], ownerRef: "growth", lifecycle: "experimental" });
  const entries = await db.execute(sql`
    select ref, owner_ref as owner, lifecycle, project_slug as slug, tags from entities
    where ref in ('component:default/a', 'component:default/b') order by ref`);
  expect([...entries]).toEqual([
    {
      ref: "component:default/a",
      owner: "group:default/pay",
      lifecycle: "production",
      slug: "org3/a",
      tags: ["java"],
    },
    {
      ref: "component:default/b",
      owner: "group:default/growth",
      lifecycle: "experimental",
      slug: "org3/b",
      tags: [],
    },
  ]);
  const uid = await uidOf(db, "component:default/a");
  await expect(adoptProposals(as(db), { ids })).rejects.toMatchObject({ code: "conflict" });

  // The next look changes nothing that was decided.
  fake.state.commit("org3/a", { "README.md": "x" });
  await deliver(db, secret, "push", pushOf(fake, "org3/a"));
  expect((await read(db, connectionId)).map(({ state }) => state)).toEqual(["adopted", "adopted"]);

  fake.state.commit("org3/a", { "catalog-info.yaml": componentFile("a", "finance") });
  await deliver(db, secret, "push", pushOf(fake, "org3/a"));
  const [taken] = await db.execute(sql`
    select e.uid, e.owner_ref as owner, l.type from entities e join locations l on l.id = e.location_id
    where e.ref = 'component:default/a'`);
  expect(taken).toEqual({ uid, owner: "group:default/finance", type: "git" });
  expect((await read(db, connectionId)).map(({ state }) => state)).toEqual(["filed", "adopted"]);
});

test("what is dismissed stays so, until it is taken back", async ({ db }) => {
  const { fake, connectionId, secret } = await connectedFake(db, "org4");
  fake.state.repository("org4/playground", { files: { "README.md": "" } });
  await discover(db, connectionId);
  const [row] = await read(db, connectionId);
  const ids = [row?.id ?? ""];
  await expect(dismissProposals(as(db), { ids, reason: " " })).rejects.toThrow();
  await dismissProposals(as(db), { ids, reason: "Only for trying things out" });
  fake.state.commit("org4/playground", { "README.md": "more" });
  await deliver(db, secret, "push", pushOf(fake, "org4/playground"));
  expect(await read(db, connectionId)).toMatchObject([
    { state: "dismissed", reason: "Only for trying things out" },
  ]);
  await reopenProposals(as(db), { ids });
  expect(await read(db, connectionId)).toMatchObject([{ state: "open", reason: null }]);
});

test("an adopted entry's file is brought by a pull request, once", async ({ db }) => {
  const { fake, connectionId } = await connectedFake(db, "org5");
  fake.state.repository("org5/svc", { files: { Dockerfile: "", CODEOWNERS: "* @org5/pay" } });
  await discover(db, connectionId);
  const [row] = await read(db, connectionId);
  const proposalId = row?.id ?? "";
  await expect(requestPullRequests(as(db), { ids: [proposalId] })).rejects.toMatchObject({
    code: "conflict",
  });
  await adoptProposals(as(db), { ids: [proposalId] });
  await requestPullRequests(as(db), { ids: [proposalId] });
  await openPullRequest(jobTools(db), { proposalId });
  await openPullRequest(jobTools(db), { proposalId });
  const { pullRequests, branches } = fake.state.get("org5/svc");
  expect(pullRequests).toHaveLength(1);
  expect((await read(db, connectionId))[0]?.url).toContain("/org5/svc/pull/1");
  const head = fake.state.commits.get(branches.get(pullRequests[0]?.head ?? "") ?? "");
  expect(head?.files.get("catalog-info.yaml")?.content.toString()).toContain("owner: pay\n");

  fake.faults.push({ path: /\/git\/trees/, status: 403, body: '{"message":"Resource not accessible"}' });
  fake.state.repository("org5/other", { files: { Dockerfile: "", CODEOWNERS: "* @org5/pay" } });
  fake.faults.length = 0;
});
