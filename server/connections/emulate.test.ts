import { afterAll, beforeAll, describe, expect } from "vitest";
import { as, test } from "#server/testing/database.ts";
import { type EmulatedGithub, serveEmulatedGithub } from "#server/testing/emulated-github.ts";
import {
  connectApp,
  connectByToken,
  connectionOptions,
  jobOutside,
} from "#server/testing/fake-github/connect.ts";
import { checkConnection } from "./check-connection.ts";
import { openConnection } from "./open-connection.ts";
import { readConnections } from "./read-connections.ts";

let github: EmulatedGithub;
beforeAll(async () => {
  github = await serveEmulatedGithub();
});
afterAll(() => github?.close());
const served = () => ({ webUrl: github.webUrl, apiUrl: github.webUrl });

describe("against the emulated GitHub", () => {
  test("a token reads, proposes and comments", async ({ db }) => {
    const id = await connectByToken(db, served(), github.token);
    const host = await openConnection(as(db), jobOutside(), id, connectionOptions);
    const found = [];
    for await (const page of host.listRepositories()) found.push(...page);
    expect(found.map(({ fullName }) => fullName).sort()).toEqual(["ana/tools", "ana/web"]);
    expect(found.find(({ fullName }) => fullName === "ana/web")).toMatchObject({
      visibility: "private",
      topics: ["shop"],
    });
    const commit = await host.resolveBranch("ana/web", null);
    const tree = await host.readTree("ana/web", commit);
    expect(tree.entries.map(({ path }) => path)).toEqual(["README.md"]);
    expect((await host.readFile("ana/web", "README.md", commit)).toString()).toContain("The shop");
    const proposal = {
      branch: "milepost/adopt",
      files: { "catalog-info.yaml": "kind: API\n" },
      title: "Adopt",
      body: "Why",
    };
    const opened = await host.openPullRequest("ana/web", proposal);
    expect(opened.isNew).toBe(true);
    const proposed = await host.readFile("ana/web", "catalog-info.yaml", proposal.branch);
    expect(proposed.toString()).toBe("kind: API\n");
    expect((await host.getPullRequest("ana/web", opened.number)).headBranch).toBe(proposal.branch);
    expect((await host.upsertComment("ana/web", opened.number, "<!-- m -->", "one")).did).toBe("created");
    expect((await host.upsertComment("ana/web", opened.number, "<!-- m -->", "two")).did).toBe("changed");
    await expect(host.getRepository("ana/gone")).rejects.toMatchObject({ code: "not_found" });
    await host.close();
  });

  test("an App proves itself, is listed with its installation, and writes a check", async ({ db }) => {
    const app = {
      id: github.app.id,
      slug: "milepost",
      name: "Milepost",
      publicKey: "",
      permissions: {},
      installations: [],
    };
    const id = await connectApp(db, served(), { app, privateKey: github.app.privateKey });
    await checkConnection(
      { ctx: as(db), outside: jobOutside() },
      { connectionId: id },
      connectionOptions.keyring,
    );
    const item = (await readConnections(as(db))).items.find((one) => one.id === id);
    expect(item).toMatchObject({ state: "working", identity: "Milepost", abilities: { writeChecks: true } });
    expect(item?.installations.map(({ account }) => account)).toEqual(["acme"]);
    const host = await openConnection(as(db), jobOutside(), id, connectionOptions);
    const headSha = await host.resolveBranch("acme/api", null);
    const check = {
      name: "Catalogue",
      headSha,
      status: "completed",
      conclusion: "success",
      title: "Fine",
      summary: "",
    } as const;
    expect(await host.createCheckRun("acme/api", check)).toMatch(/^\d+$/);
    await host.close();
  });
});
