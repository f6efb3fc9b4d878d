import { eq } from "drizzle-orm";
import { describe, expect } from "vitest";
import { connectionBudgets } from "#db/schema/connections.ts";
import { connections } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { makeOutside } from "#server/core/outside.ts";
import { makeAuthority } from "#server/testing/certificates.ts";
import { as, test } from "#server/testing/database.ts";
import {
  connectApp,
  connectByToken,
  connectionOptions,
  jobOutside,
  loopbackRanges,
  organization,
} from "#server/testing/fake-github/connect.ts";
import { type FakeGithub, type Fault, serveFakeGithub } from "#server/testing/fake-github/fake-github.ts";
import { giveApp, giveToken, install, readPermissions } from "#server/testing/fake-github/world.ts";
import { openConnection } from "./open-connection.ts";
import type { SourceSettings } from "./stored-connection.ts";

const open = (db: Db, id: string) => openConnection(as(db), jobOutside(), id, connectionOptions);

async function acme(): Promise<FakeGithub> {
  const fake = await serveFakeGithub();
  fake.state.owner("acme", "Organization", ["ana", "ben"]);
  fake.state.repository("acme/web", {
    files: { "catalog-info.yaml": "kind: Component\n", "src/a b.ts": "export {};\n" },
    topics: ["shop"],
    language: "TypeScript",
    readers: ["Ana", "ben"],
  });
  return fake;
}

async function byToken(db: Db, fake: FakeGithub, settings: Partial<SourceSettings> = {}) {
  const id = await connectByToken(db, fake, giveToken(fake), { owners: [organization("acme")], ...settings });
  return { id, host: await open(db, id) };
}

describe("by token", () => {
  test("repositories, trees and files are read", async ({ db }) => {
    const fake = await acme();
    for (let n = 0; n < 230; n += 1)
      fake.state.repository(`acme/service-${n}`, { files: { "a.txt": `${n}` } });
    const { host } = await byToken(db, fake);
    const pages = [];
    for await (const page of host.listRepositories()) pages.push(page);
    expect(pages.map((page) => page.length)).toEqual([100, 100, 31]);
    expect(pages.flat().find(({ fullName }) => fullName === "acme/web")).toMatchObject({
      visibility: "private",
      defaultBranch: "main",
      topics: ["shop"],
      language: "TypeScript",
      isEmpty: false,
    });
    const commit = await host.resolveBranch("acme/web", null);
    const tree = await host.readTree("acme/web", commit);
    expect(tree.entries.map(({ path }) => path)).toEqual(["catalog-info.yaml", "src/a b.ts"]);
    // As `git hash-object` names "kind: Component\n".
    expect(tree.entries[0]?.sha).toBe("8524aaf14a12f0fb7346501e6d6ac86270ba0ab5");
    expect((await host.readFile("acme/web", "src/a b.ts", commit)).toString()).toBe("export {};\n");
    expect(await host.listReaders("acme/web")).toEqual([
      { login: "ana", externalId: expect.stringMatching(/^\d+$/) },
      { login: "ben", externalId: expect.stringMatching(/^\d+$/) },
    ]);
    await host.close();
  });

  test("a file above 1 MB, which comes without contents at first, is read whole", async ({ db }) => {
    const fake = await acme();
    const { sha } = fake.state.commit("acme/web", { "large.yaml": Buffer.alloc(1_500_000, "x") });
    const { host } = await byToken(db, fake);
    expect((await host.readFile("acme/web", "large.yaml", sha)).byteLength).toBe(1_500_000);
    await expect(host.readFile("acme/web", "large.yaml", sha, 1_000_000)).rejects.toThrow(
      "has more than 1 MB",
    );
  });

  test("what has not changed costs nothing of the rate limit, also for the next process", async ({ db }) => {
    const fake = await acme();
    const { id, host } = await byToken(db, fake);
    await host.getRepository("acme/web");
    await host.resolveBranch("acme/web", "main");
    await host.close();
    const before = fake.rate.remaining;
    const again = await open(db, id);
    const first = await again.resolveBranch("acme/web", "main");
    expect((await again.getRepository("acme/web")).fullName).toBe("acme/web");
    expect(fake.rate.remaining).toBe(before);
    expect(fake.asked.at(-1)?.status).toBe(304);
    fake.state.commit("acme/web", { "new.txt": "new" });
    expect(await again.resolveBranch("acme/web", "main")).not.toBe(first);
  });

  test("a renamed repository is followed, a removed one is told", async ({ db }) => {
    const fake = await acme();
    const { host } = await byToken(db, fake);
    fake.state.rename("acme/web", "shop");
    expect((await host.getRepository("acme/web")).fullName).toBe("acme/shop");
    fake.state.remove("acme/shop");
    await expect(host.getRepository("acme/web")).rejects.toMatchObject({
      code: "not_found",
      message: "The repository acme/web could not be found: gone, or hidden from this connection",
    });
  });

  test("history is read back to a day and not further", async ({ db }) => {
    const fake = await acme();
    const day = (n: number) => new Date(Date.UTC(2026, 5, n));
    for (let n = 1; n <= 20; n += 1) fake.state.deployment("acme/web", { environment: "prod", at: day(n) });
    fake.state.commit("acme/web", { a: "1" }, { branch: "topic", at: day(3) });
    fake.state.pullRequest("acme/web", { head: "topic", at: day(3) });
    const { host } = await byToken(db, fake);
    const found = [];
    for await (const page of host.listDeployments("acme/web", day(11))) found.push(...page);
    expect(found.map(({ createdAt }) => createdAt.getUTCDate())).toEqual([
      20, 19, 18, 17, 16, 15, 14, 13, 12, 11,
    ]);
    const [status] = await host.listDeploymentStatuses("acme/web", found[0]?.id ?? "");
    expect(status).toMatchObject({ state: "success", url: null });
    for await (const page of host.listPullRequests("acme/web", day(1)))
      expect(page[0]).toMatchObject({
        number: 1,
        state: "open",
        headBranch: "topic",
        headRepository: "acme/web",
      });
    expect(await host.listPullRequestFiles("acme/web", 1)).toEqual([
      { path: "a", formerPath: null, state: "added" },
    ]);
  });

  test("a pull request is opened once, and its own comment is changed in place", async ({ db }) => {
    const fake = await acme();
    const { host } = await byToken(db, fake);
    const proposal = {
      branch: "milepost/adopt",
      files: { "catalog-info.yaml": "kind: API\n" },
      title: "Adopt",
      body: "Why",
    };
    const made = await host.openPullRequest("acme/web", proposal);
    expect(made).toMatchObject({ number: 1, isNew: true });
    expect(await host.openPullRequest("acme/web", proposal)).toEqual({ ...made, isNew: false });
    const head = fake.state.get("acme/web").branches.get("milepost/adopt") ?? "";
    expect(fake.state.commits.get(head)?.files.get("catalog-info.yaml")?.content.toString()).toBe(
      "kind: API\n",
    );
    expect(fake.state.commits.get(head)?.files.has("src/a b.ts")).toBe(true);
    const marker = "<!-- milepost -->";
    // Somebody quotes it: that comment is theirs.
    fake.state.get("acme/web").comments.push({ id: 1, number: 1, author: "ben", body: `${marker} quoted` });
    expect((await host.upsertComment("acme/web", 1, marker, "one")).did).toBe("created");
    expect((await host.upsertComment("acme/web", 1, marker, "two")).did).toBe("changed");
    expect((await host.upsertComment("acme/web", 1, marker, "two")).did).toBe("unchanged");
    expect(fake.state.get("acme/web").comments.map(({ body }) => body)).toEqual([
      `${marker} quoted`,
      `${marker}\ntwo`,
    ]);
    const check = {
      name: "Catalogue",
      headSha: head,
      status: "completed",
      title: "Good",
      summary: "",
    } as const;
    await expect(host.createCheckRun("acme/web", check)).rejects.toThrow("by a GitHub App only");
  });
});

describe("as an App", () => {
  test("each organisation is asked with a token of its own, made once", async ({ db }) => {
    const fake = await acme();
    fake.state.repository("globex/api", { files: { a: "1" } });
    const made = giveApp(fake);
    install(fake, made.app, "acme");
    install(fake, made.app, "globex", { selection: "selected", repositories: [] });
    const id = await connectApp(db, fake, made);
    const host = await open(db, id);
    const names = [];
    for await (const page of host.listRepositories()) names.push(...page.map(({ fullName }) => fullName));
    expect(names).toEqual(["acme/web"]);
    await expect(host.getRepository("globex/api")).rejects.toMatchObject({ code: "not_found" });
    await expect(host.getRepository("initech/x")).rejects.toThrow(
      "is not installed at initech: install it there first",
    );
    await (await open(db, id)).getRepository("acme/web");
    expect(fake.asked.filter(({ path }) => path.endsWith("/access_tokens"))).toHaveLength(2);
  });

  test("a token that the host has taken back is renewed once", async ({ db }) => {
    const fake = await acme();
    const made = giveApp(fake);
    install(fake, made.app, "acme");
    const host = await open(db, await connectApp(db, fake, made));
    await host.getRepository("acme/web");
    fake.state.installationTokens.clear();
    fake.state.commit("acme/web", { b: "2" });
    expect((await host.getRepository("acme/web")).fullName).toBe("acme/web");
    fake.state.apps.length = 0;
    fake.state.installationTokens.clear();
    await expect(host.readTree("acme/web", "main")).rejects.toThrow("does not take the App's key");
  });

  test("a missing permission is named", async ({ db }) => {
    const fake = await acme();
    const made = giveApp(fake, readPermissions);
    install(fake, made.app, "acme");
    const host = await open(db, await connectApp(db, fake, made));
    const check = { name: "Catalogue", headSha: "x", status: "completed", title: "", summary: "" } as const;
    await expect(host.createCheckRun("acme/web", check)).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining('it needs the permission "Checks: write"'),
    });
    expect(await host.readAbilities()).toMatchObject({ readContents: true, writeChecks: false });
  });

  test("more annotations than fit in one request are all sent", async ({ db }) => {
    const fake = await acme();
    const made = giveApp(fake);
    install(fake, made.app, "acme");
    const host = await open(db, await connectApp(db, fake, made));
    const annotations = Array.from({ length: 120 }, (_, n) => ({
      path: "catalog-info.yaml",
      line: n + 1,
      level: "failure" as const,
      message: `Problem ${n}`,
    }));
    const check = {
      name: "Catalogue",
      headSha: "x",
      status: "completed",
      conclusion: "failure",
      title: "Bad",
      summary: "",
    } as const;
    const id = await host.createCheckRun("acme/web", { ...check, annotations });
    expect(fake.state.get("acme/web").checks.map((row) => [String(row.id), row.annotations.length])).toEqual([
      [id, 120],
    ]);
  });
});

describe("what goes wrong is told in a sentence", () => {
  const soon = () => String(Math.floor(Date.now() / 1000) + 900);
  test.for<[string, Omit<Fault, "path">, object]>([
    [
      "a page",
      { status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html>" },
      { code: "unavailable", message: expect.stringContaining("a page in place of data") },
    ],
    [
      "no JSON",
      { status: 200, body: "{" },
      { code: "unavailable", message: expect.stringContaining("no JSON") },
    ],
    [
      "something else",
      { status: 200, body: "[]" },
      { code: "unavailable", message: expect.stringContaining("something else than was asked for") },
    ],
    [
      "trouble of its own",
      { status: 502 },
      { code: "unavailable", message: expect.stringContaining("answered 502") },
    ],
    [
      "a broken connection",
      { breaks: true },
      { code: "unavailable", message: expect.stringContaining("could not be reached") },
    ],
    [
      "a revoked token",
      { status: 401 },
      { code: "unavailable", message: expect.stringContaining("revoked or has expired") },
    ],
    [
      "single sign-on",
      { status: 403, headers: { "x-github-sso": "required; url=https://x" } },
      { code: "forbidden", message: expect.stringContaining("single sign-on") },
    ],
    [
      "another host",
      { status: 301, headers: { location: "http://127.0.0.2/x" } },
      { code: "unavailable", message: expect.stringContaining("leads to another host") },
    ],
    [
      "a limit with a time",
      { status: 429, headers: { "retry-after": "600" } },
      { code: "too_many", retryAfterSeconds: 600 },
    ],
    [
      "a secondary limit",
      { status: 403, body: '{"message":"You have exceeded a secondary rate limit"}' },
      { code: "too_many", retryAfterSeconds: 60 },
    ],
    [
      "the primary limit",
      { status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": soon() } },
      { code: "too_many", retryAfterSeconds: expect.any(Number) },
    ],
  ])("%s", async ([, fault, told], { db }) => {
    const fake = await acme();
    const { host } = await byToken(db, fake);
    fake.faults.push({ path: /^\/repos\//, times: 99, ...fault });
    await expect(host.getRepository("acme/web")).rejects.toMatchObject({ name: "DomainError", ...told });
  });

  test("what passes by itself is tried again", async ({ db }) => {
    const fake = await acme();
    const { host } = await byToken(db, fake);
    fake.faults.push(
      { path: /^\/repos\//, times: 1, status: 503 },
      { path: /^\/repos\//, times: 1, breaks: true },
    );
    expect((await host.getRepository("acme/web")).fullName).toBe("acme/web");
    fake.faults.splice(0, 9, { path: /^\/repos\//, times: 1, status: 429, headers: { "retry-after": "1" } });
    expect((await host.getRepository("acme/web")).fullName).toBe("acme/web");
  });

  test("nobody asks while the host has said to wait, and a part of the limit is left to others", async ({
    db,
  }) => {
    const fake = await acme();
    const { id, host } = await byToken(db, fake);
    fake.faults.push({ path: /^\/repos\//, times: 1, status: 429, headers: { "retry-after": "600" } });
    await expect(host.getRepository("acme/web")).rejects.toMatchObject({ code: "too_many" });
    const asked = fake.asked.length;
    await expect((await open(db, id)).getRepository("acme/web")).rejects.toThrow(
      "was told by the host to wait",
    );
    expect(fake.asked).toHaveLength(asked);
    await db.delete(connectionBudgets).where(eq(connectionBudgets.connectionId, id));
    fake.rate.remaining = 1_001;
    const next = await open(db, id);
    await next.getRepository("acme/web");
    expect(next.budget()).toMatchObject({ limit: 5_000, remaining: 1_000, reserve: 1_000 });
    await expect(next.readTree("acme/web", "main")).rejects.toThrow(
      "has used its part of the host's rate limit",
    );
    await next.close();
    const urgent = await openConnection(as(db), jobOutside(), id, { ...connectionOptions, isUrgent: true });
    expect((await urgent.readTree("acme/web", "main")).entries).toHaveLength(2);
  });
});

describe("the way there", () => {
  test("an authority of one's own is trusted by the connection that names it", async ({ db }) => {
    const authority = makeAuthority();
    const fake = await serveFakeGithub({
      certified: authority.certify(["git.example"]),
      host: "git.example",
    });
    fake.state.repository("acme/web", { files: { a: "1" } });
    const outside = makeOutside({ hosts: [], resolve: async () => [{ address: "127.0.0.1", family: 4 }] });
    const token = giveToken(fake);
    const trusted = await connectByToken(db, fake, token, { ca: authority.cert });
    const host = await openConnection(as(db), outside, trusted, connectionOptions);
    expect((await host.getRepository("acme/web")).fullName).toBe("acme/web");
    const other = await openConnection(
      as(db),
      outside,
      await connectByToken(db, fake, token),
      connectionOptions,
    );
    await expect(other.getRepository("acme/web")).rejects.toThrow(
      "an authority that this machine does not know",
    );
  });

  test("a private address is not asked unless its range is approved, not even one that is written down", async ({
    db,
  }) => {
    const fake = await acme();
    const { host } = await byToken(db, fake, { privateRanges: [] });
    await expect(host.getRepository("acme/web")).rejects.toThrow("points into a private network");
    const { host: near } = await byToken(db, fake, { privateRanges: ["10.0.0.0/8"] });
    await expect(near.getRepository("acme/web")).rejects.toThrow("points into a private network");
    expect(fake.asked).toHaveLength(0);
    const { host: approved } = await byToken(db, fake, { privateRanges: loopbackRanges });
    expect((await approved.getRepository("acme/web")).fullName).toBe("acme/web");
  });

  test("a connection that is off, gone or without a secret says so", async ({ db }) => {
    const fake = await acme();
    const { id } = await byToken(db, fake);
    await db.update(connections).set({ disabledAt: new Date() }).where(eq(connections.id, id));
    await expect(open(db, id)).rejects.toThrow("is switched off");
    await db.delete(connections).where(eq(connections.id, id));
    await expect(open(db, id)).rejects.toThrow("This connection was removed");
  });
});
