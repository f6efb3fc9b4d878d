import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { receiveDeliveries } from "#server/github/receive-delivery.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { issuePayload } from "#server/testing/change-payloads.ts";
import { as, test } from "#server/testing/database.ts";
import {
  deploymentPayload,
  deploymentStatusPayload,
  randomSha,
  repositoryPayload,
} from "#server/testing/github-payloads.ts";
import { person } from "#server/testing/people.ts";
import { makeWebhookSecret, signedWebhook, workInbox } from "#server/testing/signed-webhooks.ts";
import { readOwned } from "./read-owned.ts";
import { readTeamDelivery } from "./read-team-delivery.ts";

const now = new Date("2026-11-19T12:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
const group = (name: string, parent?: string) =>
  documentText("Group", name, { spec: { type: "team", children: [], ...(parent ? { parent } : {}) } });
const owned = (kind: string, name: string, owner: string, slug?: string) =>
  documentText(kind, name, {
    metadata: slug ? { annotations: { "github.com/project-slug": slug } } : {},
    spec: { owner },
  });

const repositories = { ledger: repositoryPayload("acme/ledger"), shop: repositoryPayload("acme/shop") };

async function importTeams(db: Db): Promise<void> {
  await importFiles(db, "teams", {
    "a.yaml": fileOf(
      group("commerce"),
      group("payments", "commerce"),
      group("search"),
      owned("API", "ledger-api", "group:default/payments"),
      owned("Component", "ledger", "group:default/payments", "acme/ledger"),
      owned("Component", "shop", "group:default/commerce", "acme/shop"),
      owned("Component", "index", "group:default/search", "acme/index"),
    ),
  });
}

async function deploy(
  db: Db,
  name: keyof typeof repositories,
  days: number,
  state = "success",
): Promise<void> {
  const ctx = as(db, undefined, now);
  const secret = await makeWebhookSecret(ctx);
  const repository = repositories[name];
  const created = deploymentPayload({
    repository,
    sha: randomSha(),
    environment: "production",
    at: daysAgo(days),
  });
  const status = deploymentStatusPayload(created, state, daysAgo(days));
  const receivedAt = daysAgo(100);
  await receiveDeliveries(
    ctx,
    [secret],
    [
      signedWebhook(secret, "deployment", created, { receivedAt }),
      signedWebhook(secret, "deployment_status", status, { receivedAt }),
    ],
  );
  await workInbox(ctx);
}

describe("what a team owns", () => {
  test("is listed with services first, and what teams below it own is marked as theirs", async ({ db }) => {
    await importTeams(db);
    const ctx = as(db, person("developer"), now);
    const found = await readOwned(ctx, { ref: "group:default/commerce" });
    expect(found.items.map(({ ref, isBelow }) => [ref, isBelow])).toEqual([
      ["component:default/ledger", true],
      ["component:default/shop", false],
      ["api:default/ledger-api", true],
    ]);
    expect(found).toMatchObject({
      total: 3,
      byKind: [
        { kind: "Component", total: 2 },
        { kind: "API", total: 1 },
      ],
    });
    const alone = await readOwned(ctx, { ref: "group:default/commerce", withBelow: false });
    expect(alone.items.map(({ ref }) => ref)).toEqual(["component:default/shop"]);
  });

  test("is shown and counted for guests as far as it is theirs", async ({ db }) => {
    await importTeams(db);
    const guest = as(db, person("guest", { limitedTo: ["group:default/payments"] }), now);
    const found = await readOwned(guest, { ref: "group:default/commerce" });
    expect(found.items.map(({ ref }) => ref)).toEqual(["component:default/ledger", "api:default/ledger-api"]);
    expect(found.total).toBe(2);
    expect((await readTeamDelivery(guest, { ref: "group:default/search" })).services).toBe(0);
  });

  test("comes with its deployments of the last 30 days and what is open", async ({ db }) => {
    await importTeams(db);
    await deploy(db, "ledger", 40);
    await deploy(db, "ledger", 3);
    await deploy(db, "ledger", 2, "failure");
    await deploy(db, "shop", 1);
    const ctx = as(db, undefined, now);
    const secret = await makeWebhookSecret(ctx);
    const incident = issuePayload(repositories.ledger, {
      action: "opened",
      number: 9,
      title: "Down",
      labels: ["incident"],
      created_at: daysAgo(1).toISOString(),
      updated_at: daysAgo(1).toISOString(),
    });
    await receiveDeliveries(
      ctx,
      [secret],
      [signedWebhook(secret, "issues", incident, { receivedAt: daysAgo(1) })],
    );
    await workInbox(ctx);
    await projectDue(ctx, () => false);
    const developer = as(db, person("developer"), now);
    expect(await readTeamDelivery(developer, { ref: "group:default/commerce" })).toEqual({
      services: 2,
      deployments: 2,
      failed: 1,
      openIncidents: 1,
    });
    const { items } = await readOwned(developer, { ref: "group:default/payments" });
    expect(items[0]).toMatchObject({ lastDeployedAt: daysAgo(2), openIncidents: 1 });
  });
});
