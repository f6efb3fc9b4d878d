import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { as, test } from "#server/testing/database.ts";
import { importServices } from "#server/testing/figures.ts";
import { person, tokenActor } from "#server/testing/people.ts";
import { readCloudEvents } from "./read-cloud-events.ts";
import { readReportedIncidents } from "./read-incidents.ts";
import { receiveCdEvent, receiveCdEvents } from "./receive-cdevent.ts";

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
      id: five.context.id,
      type: five.context.type,
      source: "/ci/argo",
      data: five,
    };
    for (const [body, contentType] of [
      [five, "application/cdevents+json"],
      [structured, "application/cloudevents+json; charset=UTF-8"],
      [structured, "application/json"],
    ] as const) {
      const { events } = readCloudEvents({ contentType, header: () => null, body });
      expect(await receiveCdEvents(ctx, events)).toMatchObject([
        { entityRefs: ["component:default/evented"], ignored: null },
      ]);
    }
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
      [
        event("service.deployed.0.3.0", service("strict"), { customData: { sha: sha.slice(0, 7) } }),
        "customData.sha is no whole commit",
      ],
      [
        event("service.deployed.0.3.0", service("strict"), {
          context: { timestamp: "0026-03-01T14:27:05Z" },
        }),
        "context.timestamp",
      ],
      [{}, "send a CDEvent"],
      [null, "send a CDEvent"],
    ];
    for (const [body, words] of refused) await expect(receiveCdEvent(ctx, body)).rejects.toThrow(words);
    await expect(
      receiveCdEvent(as(db, person("developer")), event("service.deployed.0.3.0", service("strict"))),
    ).rejects.toThrow("belongs to group:default/shop");
  });
});

describe("CloudEvents around them", () => {
  const one = event("service.deployed.0.3.0", service("enveloped"));
  const cloudEvent = { ...one.context, specversion: "1.0", time: one.context.timestamp, data: one };
  const read = (contentType: string | null, body: unknown, headers: Record<string, string> = {}) =>
    readCloudEvents({ contentType, header: (name) => headers[name] ?? null, body });
  const headers = {
    "ce-specversion": "1.0",
    "ce-id": "event%20service.deployed.0.3.0",
    "ce-source": '"/ci/argo"',
    "ce-type": one.context.type,
  };

  test("are opened in each mode of the HTTP binding", () => {
    const opened = { isBatch: false, events: [one] };
    expect(read("application/cloudevents+json", cloudEvent)).toEqual(opened);
    expect(read("application/cloudevents+json", cloudEvent, { "ce-id": "is not looked at here" })).toEqual(
      opened,
    );
    const encoded = {
      ...cloudEvent,
      data: undefined,
      data_base64: Buffer.from(JSON.stringify(one)).toString("base64"),
    };
    expect(read("application/cloudevents+json", encoded)).toEqual(opened);
    expect(read("application/cdevents+json; charset=utf-8", one, headers)).toEqual(opened);
    expect(read("application/json", one)).toEqual(opened);
    expect(read(null, cloudEvent)).toEqual(opened);
    const batch = "Application/CloudEvents-Batch+JSON; charset=utf-8";
    expect(read(batch, [cloudEvent, encoded])).toEqual({ isBatch: true, events: [one, one] });
    expect(read(batch, [])).toEqual({ isBatch: true, events: [] });
  });

  test.each<[string, string, unknown, Record<string, string>]>([
    ["send application/cloudevents+json", "application/cloudevents+avro", cloudEvent, {}],
    ["is a JSON object", "application/cloudevents+json", [cloudEvent], {}],
    ["is a list", "application/cloudevents-batch+json", cloudEvent, {}],
    ["at most 100", "application/cloudevents-batch+json", Array.from({ length: 101 }, () => cloudEvent), {}],
    ["version 1.0", "application/cloudevents+json", { ...cloudEvent, specversion: "0.3" }, {}],
    ["carries it here", "application/cloudevents+json", { ...cloudEvent, data: undefined }, {}],
    ["is no Base64", "application/cloudevents+json", { ...cloudEvent, data_base64: "{}" }, {}],
    ["not readable as JSON", "application/cloudevents+json", { ...cloudEvent, data_base64: "AAAA" }, {}],
    ["id: the CloudEvent and the CDEvent", "application/cloudevents+json", { ...cloudEvent, id: "2" }, {}],
    ["source: the CloudEvent and the CDEvent", "application/json", one, { ...headers, "ce-source": "/x" }],
    ["ce-id: is not percent-encoded", "application/json", one, { ...headers, "ce-id": "%C0%A0" }],
    ["version 1.0", "application/json", one, { ...headers, "ce-specversion": "" }],
  ])("that are broken are refused: %s", (words, contentType, body, sent) => {
    expect(() => read(contentType, body, sent)).toThrow(words);
  });

  test("of a batch are taken each for itself", async ({ db }) => {
    await importServices(db, { enveloped: "shop" });
    const ctx = as(db, tokenActor("platform", ["delivery-write"]));
    const other = event("service.deployed.0.3.0", service("nobody"), { context: { id: "another" } });
    const outcomes = [
      { entityRefs: ["component:default/enveloped"], ignored: null },
      { refused: { code: "not_found", message: expect.stringContaining('"nobody"') } },
    ];
    expect(await receiveCdEvents(ctx, [one, other])).toMatchObject(outcomes);
    expect(await receiveCdEvents(ctx, [one, other])).toMatchObject(outcomes);
    const [count] = await db.execute(sql`
      select count(*)::int as n from reported_deployments where entity_ref = 'component:default/enveloped'`);
    expect(count).toEqual({ n: 1 });
  });
});
