import { execFile } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { readReportedIncidents } from "#server/delivery/sources/read-incidents.ts";
import { saveReceiver } from "#server/delivery/sources/receivers.ts";
import { createToken } from "#server/identity/create-token.ts";
import { askRest } from "#server/testing/ask.ts";
import { as, test as databaseTest } from "#server/testing/database.ts";
import { importServices } from "#server/testing/figures.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { person } from "#server/testing/people.ts";
import { type ServedPortal, servePortal } from "#server/testing/serve-portal.ts";

const run = promisify(execFile);
const document = readFileSync(
  fileURLToPath(new URL("../../docs/delivery-sources.md", import.meta.url)),
  "utf8",
);
const blocks = (language: string) =>
  [...document.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    ([, text = ""]) => text,
  );
const sha = "9fceb02d0ae598e95dc970b74767f19372d61af8";

const test = databaseTest.extend<{ portal: ServedPortal }>({
  portal: async ({ db }, use) => {
    const portal = await servePortal(db);
    await use(portal);
    await portal.close();
    expect(portal.bugs).toEqual([]);
  },
});

const tokenOf = async (db: Db) =>
  (await createToken(as(db), { name: `CI ${randomUUID()}`, role: "platform", scopes: ["delivery-write"] }))
    .token;

describe("what docs/delivery-sources.md says", () => {
  test("works as it stands: each curl of it, run by a shell", async ({ db, portal }) => {
    await importServices(db, { checkout: "payments" });
    const env = {
      NODE_ENV: "test" as const,
      PATH: process.env.PATH,
      MILEPOST_URL: portal.address,
      MILEPOST_TOKEN: await tokenOf(db),
      CI_PIPELINE_ID: "77",
      CI_COMMIT_SHA: sha,
      CI_PROJECT_PATH: "acme/shop/checkout",
      CI_PIPELINE_URL: "https://gitlab.example.com/acme/shop/checkout/-/pipelines/77",
      BUILD_TAG: "jenkins-checkout-12",
      GIT_COMMIT: sha,
      BUILD_URL: "https://jenkins.example.com/job/checkout/12/",
    };
    const commands = [
      ...blocks("sh"),
      ...blocks("yaml"),
      ...blocks("groovy").map((text) => text.replaceAll("\\\\", "\\")),
    ]
      .flatMap((text) => [...text.matchAll(/^ *(curl [\s\S]*?["'])\n(?! *[-\\] |.*\\$)/gm)])
      .map(([, command = ""]) => command);
    expect(commands).toHaveLength(5);
    for (const command of commands) {
      const { stdout } = await run("sh", ["-c", `${command} --silent`], { env: { ...env, NO_PROXY: "*" } });
      expect(JSON.parse(stdout), command).not.toHaveProperty("error");
    }
    const rows = await db.execute(sql`
      select source, key, sha, repository_slug from reported_deployments
      where entity_ref = 'component:default/checkout' order by source, key`);
    expect(rows).toEqual([
      { source: "api", key: "build-42", sha, repository_slug: null },
      { source: "api", key: "gitlab-77", sha, repository_slug: "acme/shop/checkout" },
      { source: "api", key: "jenkins-checkout-12", sha, repository_slug: null },
      { source: "cdevents", key: "/ci/argo#271069a8", sha, repository_slug: "acme/checkout" },
    ]);
    const { items } = await readReportedIncidents(as(db), { entityRef: "component:default/checkout" });
    expect(items).toMatchObject([{ key: "INC-7", named: "known", resolvedAt: null }]);
  });

  test("works for tools that fill in a body by themselves", async ({ db }) => {
    await importServices(db, { checkout: "payments" });
    const carried = { cookie: null, authorization: `Bearer ${await tokenOf(db)}` };
    const [argo = ""] =
      /\{ "entityRef": "component:default\/\{\{[\s\S]*?\}\}" \}/.exec(blocks("yaml").join("\n")) ?? [];
    const spinnaker = blocks("json").map((text) => JSON.stringify(JSON.parse(text).payload));
    const bodies = [argo, ...spinnaker].map((text) =>
      text
        .replaceAll("{{.app.metadata.name}}", "checkout")
        .replaceAll("{{.app.status.operationState.syncResult.revision}}", sha)
        .replaceAll("{{.app.status.operationState.finishedAt}}", "2026-11-20T14:03:00Z")
        .replace(/\$\{execution\.id\}/g, "01HX")
        .replace(/\$\{trigger\.hash\}/g, sha),
    );
    expect(bodies).toHaveLength(2);
    for (const body of bodies) {
      const request = {
        method: "POST" as const,
        path: "/api/v1/delivery/deployments",
        body: JSON.parse(body),
      };
      expect((await askRest(db, carried, request)).status, body).toBe(201);
    }
  });
});

describe("the call", () => {
  test("says what is wrong, where, and what to write", async ({ db }) => {
    await importServices(db, { told: "payments" });
    const carried = { cookie: null, authorization: `Bearer ${await tokenOf(db)}` };
    const good = {
      entityRef: "component:default/told",
      key: "1",
      status: "succeeded",
      environment: "production",
    };
    const sentence = async (body: unknown, path = "deployments") => {
      const { status, text } = await askRest(db, carried, {
        method: "POST",
        path: `/api/v1/delivery/${path}`,
        body,
      });
      const { error } = JSON.parse(text);
      return `${status} ${error?.field ?? ""} ${error?.message ?? ""}`;
    };
    expect(await sentence({ ...good, status: "done" })).toBe(
      "400 status status: Write one of started, succeeded, failed",
    );
    expect(await sentence({ ...good, sha: "9fceb02" })).toMatch(/^400 sha sha: Write the whole commit/);
    expect(await sentence({ ...good, at: "yesterday" })).toMatch(/^400 at at: Write the moment as/);
    expect(await sentence({ ...good, commit: sha })).toMatch(/^400 commit commit is not known here/);
    expect(await sentence({ ...good, key: undefined })).toMatch(/^400 key key: Give each deployment/);
    expect(await sentence({ ...good, entityRef: "api:default/x" })).toMatch(
      /^400 entityRef .* is no Component/,
    );
    expect(await sentence([])).toMatch(/^400 {2}Send a JSON object/);
    expect(await sentence({ key: "1" }, "incidents")).toMatch(/^400 entityRefs/);
    expect(await sentence(good)).toMatch(/^201/);
    expect(await sentence({ ...good, environment: "staging" })).toMatch(/^409 environment/);
  });
});

describe("a CDEvent", () => {
  test("is taken beside the other webhooks as well, in every mode, by a token alone", async ({
    db,
    portal,
  }) => {
    await importServices(db, { clouded: "payments" });
    const authorization = `Bearer ${await tokenOf(db)}`;
    const context = {
      specversion: "0.5.1",
      id: "1",
      source: "/ci",
      type: "dev.cdevents.service.deployed.0.3.0",
      timestamp: "2026-03-01T10:00:00Z",
    };
    const data = { context, subject: { id: "clouded", content: { environment: { id: "production" } } } };
    const around = { ...context, specversion: "1.0", data };
    const post = async (headers: Record<string, string>, body: unknown) => {
      const init = { method: "POST", headers, body: JSON.stringify(body) };
      const answer = await fetch(`${portal.address}/api/webhooks/cdevents`, init);
      return { status: answer.status, told: await answer.json() };
    };
    const structured = { authorization, "content-type": "application/cloudevents+json" };
    const batched = { authorization, "content-type": "application/cloudevents-batch+json" };
    const binary = {
      authorization,
      "content-type": "application/cdevents+json",
      "ce-specversion": "1.0",
      "ce-id": "1",
      "ce-source": "/ci",
      "ce-type": context.type,
    };
    const taken = {
      key: "/ci#1",
      entityRefs: ["component:default/clouded"],
      ignored: null,
      note: expect.stringMatching(/does not count yet/),
    };
    expect(await post(structured, around)).toMatchObject({ status: 200, told: taken });
    expect(await post(binary, data)).toMatchObject({ status: 200, told: taken });
    expect(await post(batched, [around])).toMatchObject({ status: 200, told: { events: [taken] } });
    const lost = { ...around, data: { ...data, subject: { ...data.subject, id: "nobody" } } };
    expect(await post(batched, [around, lost])).toMatchObject({
      status: 404,
      told: {
        error: { code: "not_found", message: expect.stringContaining("1 of 2 events were refused") },
        events: [taken, { refused: { code: "not_found" } }],
      },
    });
    expect((await post({ ...binary, "ce-id": "2" }, data)).status).toBe(400);
    const { authorization: _, ...without } = structured;
    // Neither another site's form nor a script: a cookie would not help either of them.
    expect((await post({ ...without, cookie: "session=x" }, around)).status).toBe(403);
    expect(
      (await post({ ...without, origin: portal.address, "content-type": "application/json" }, around)).status,
    ).toBe(401);
  });
});

describe("a pager's webhook", () => {
  const path = "/api/webhooks";

  test("is taken at its own address with its own secret", async ({ db, portal }) => {
    await importServices(db, { hooked: "payments" });
    const admin = as(db, person("admin"));
    const receiver = {
      kind: "pagerduty" as const,
      name: "Hooks",
      isOn: true,
      renews: false,
      secret: "a secret of PagerDuty",
    };
    const made = await saveReceiver(admin, receiver, testKeyring);
    const body = JSON.stringify({
      event: {
        event_type: "incident.triggered",
        occurred_at: "2026-03-01T10:00:00.000Z",
        data: {
          id: "P1",
          status: "triggered",
          created_at: "2026-03-01T10:00:00Z",
          title: "Down",
          service: { id: "PX", summary: "hooked" },
        },
      },
    });
    const signature = `v1=${createHmac("sha256", receiver.secret).update(body).digest("hex")}`;
    const post = async (to: string, headers: Record<string, string>, sent = body) => {
      const answer = await fetch(`${portal.address}${to}`, { method: "POST", headers, body: sent });
      return { status: answer.status, text: await answer.text() };
    };
    const signed = { "x-pagerduty-signature": signature };
    expect(await post(made.path, signed)).toEqual({ status: 202, text: '{"incidents":1,"ignored":null}' });
    expect((await post(made.path, {})).status).toBe(401);
    expect((await post(made.path, signed, `${body} `)).status).toBe(401);
    expect((await post(made.path.replace("pagerduty", "opsgenie"), signed)).status).toBe(404);
    expect((await post(`${path}/pagerduty`, signed)).status).toBe(404);
    expect((await post(`${path}/alertmanager/${randomUUID()}`, {})).status).toBe(404);
    expect((await fetch(`${portal.address}${made.path}`)).status).toBe(405);
    const broken = "[";
    const sign = createHmac("sha256", receiver.secret).update(broken).digest("hex");
    expect((await post(made.path, { "x-pagerduty-signature": `v1=${sign}` }, broken)).status).toBe(400);
    const { items } = await readReportedIncidents(as(db), { entityRef: "component:default/hooked" });
    expect(items).toMatchObject([{ title: "Down", source: "pagerduty" }]);
  });
});
