import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { as, test } from "#server/testing/database.ts";
import { importServices } from "#server/testing/figures.ts";
import { person, tokenActor } from "#server/testing/people.ts";
import { readReportedIncidents } from "./read-incidents.ts";
import { receiveCdEvent } from "./receive-cdevent.ts";

const sha = "0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa";
const event = (type: string, subject: object, more: { context?: object; customData?: object } = {}) => ({
  context: {
    specversion: "0.5.1",
    id: `event ${type}`,
    source: "/ci/argo",
    type: `dev.cdevents.${type}`,
    timestamp: "2026-03-01T14:27:05.315384Z",
    ...more.context,
  },
  subject,
  ...(more.customData ? { customData: more.customData, customDataContentType: "application/json" } : {}),
});
const service = (id: string, artifactId = "pkg:oci/app@1.4.0") => ({
  id,
  source: "/cluster",
  content: { environment: { id: "production", source: "/cluster" }, artifactId },
});

describe("CDEvents", () => {
  test("of both versions and modes are deployments, once each", async ({ db }) => {
    await importServices(db, { evented: "shop" });
    const ctx = as(db, tokenActor("platform", ["delivery-write"]));
    const purl = `pkg:oci/app@sha256%3Aabc?vcs_url=git%2Bhttps%3A%2F%2Fgithub.com%2FAcme%2FApp.git%40${sha}`;
    const five = event("service.deployed.0.3.0", service("evented", purl));
    const structured = {
      specversion: "1.0",
      id: "1",
      type: five.context.type,
      source: "/ci/argo",
      data: five,
    };
    for (const body of [five, structured, five])
      expect(await receiveCdEvent(ctx, body)).toMatchObject({
        entityRefs: ["component:default/evented"],
        ignored: null,
      });
    const four = event(
      "service.rolledback.0.2.0",
      { ...service("component:default/evented"), type: "service" },
      { context: { specversion: undefined, version: "0.4.1" }, customData: { sha, repository: "acme/app" } },
    );
    await receiveCdEvent(ctx, four);
    const rows = await db.execute(sql`
      select key, sha, version, repository_slug, environment, tier from reported_deployments
      where entity_ref = 'component:default/evented' order by key`);
    expect(rows).toEqual([
      {
        key: "/ci/argo#event service.deployed.0.3.0",
        sha,
        version: "sha256:abc",
        repository_slug: "acme/app",
        environment: "production",
        tier: "production",
      },
      expect.objectContaining({ sha, version: "1.4.0", repository_slug: "acme/app" }),
    ]);
  });

  test("of incidents open and end them, and keep the first title", async ({ db }) => {
    await importServices(db, { incidental: "shop" });
    const ctx = as(db, tokenActor("platform", ["delivery-write"]));
    const incident = (predicate: string, minute: string, description: string, environment = "prod-1") =>
      event(
        `incident.${predicate}.0.3.0`,
        {
          id: "incident-123",
          source: "/monitoring",
          content: { description, environment: { id: environment }, service: { id: "incidental" } },
        },
        { context: { timestamp: `2026-03-01T14:${minute}:00Z` } },
      );
    await receiveCdEvent(ctx, incident("resolved", "40", "Response time is back"));
    await receiveCdEvent(ctx, incident("detected", "10", "Response time is high"));
    expect(await receiveCdEvent(ctx, incident("detected", "11", "x", "staging"))).toMatchObject({
      ignored: "staging is not production",
    });
    expect(
      (await readReportedIncidents(ctx, { entityRef: "component:default/incidental" })).items,
    ).toMatchObject([
      {
        title: "Response time is high",
        openedAt: new Date("2026-03-01T14:10:00Z"),
        resolvedAt: new Date("2026-03-01T14:40:00Z"),
      },
    ]);
  });

  test("that say nothing that counts are answered so; what cannot be read or may not be is refused", async ({
    db,
  }) => {
    await importServices(db, { strict: "shop" });
    const ctx = as(db, tokenActor("platform", ["delivery-write"]));
    expect(await receiveCdEvent(ctx, event("build.finished.0.3.0", { id: "b", content: {} }))).toMatchObject({
      ignored: expect.stringMatching(/neither a deployment nor an incident/),
    });
    const refused: [unknown, string][] = [
      [
        event("service.deployed.0.1.0", service("strict"), { context: { specversion: "0.3.0" } }),
        "send 0.4 or 0.5",
      ],
      [event("service.deployed.0.3.0", service("nobody")), 'No Component is meant by subject.id "nobody"'],
      [event("service.deployed.0.3.0", { id: "strict", content: {} }), "name where it was deployed"],
      [{}, "send a CDEvent"],
      [null, "send a CDEvent"],
    ];
    for (const [body, words] of refused) await expect(receiveCdEvent(ctx, body)).rejects.toThrow(words);
    await expect(
      receiveCdEvent(as(db, person("developer")), event("service.deployed.0.3.0", service("strict"))),
    ).rejects.toThrow("belongs to group:default/shop");
  });
});
