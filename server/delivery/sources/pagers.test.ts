import { createHmac } from "node:crypto";
import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { systemActor } from "#server/core/actor.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { person } from "#server/testing/people.ts";
import { assignIncident, matchIncidents } from "./assign-incident.ts";
import type { ReceiverKind } from "./model.ts";
import { readReportedIncidents, readUnmatchedIncidents } from "./read-incidents.ts";
import { findReceiver, receiveIncidents } from "./receive-incidents.ts";
import { readReceivers, removeReceiver, saveReceiver } from "./receivers.ts";

const hooks = (db: Db) => as(db, systemActor("Webhooks"));
const admin = (db: Db) => as(db, person("admin"));

async function receiver(db: Db, kind: ReceiverKind, name: string, secret?: string) {
  const made = await saveReceiver(
    admin(db),
    { kind, name, isOn: true, renews: false, ...(secret ? { secret } : {}) },
    testKeyring,
  );
  const found = await findReceiver(hooks(db), testKeyring, { kind, id: made.id });
  const send = (body: unknown, shown: { authorization?: string; signature?: string } = {}) => {
    const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const signed = createHmac("sha256", secret ?? "")
      .update(bytes)
      .digest("hex");
    return receiveIncidents(
      hooks(db),
      found!,
      {
        authorization: shown.authorization ?? (made.secret ? `Bearer ${made.secret}` : null),
        signature: shown.signature ?? `v1=0000,v1=${signed}`,
      },
      bytes,
    );
  };
  return { ...made, send };
}

const importComponent = (db: Db, name: string, annotations: Record<string, string> = {}) =>
  importFiles(db, name, {
    "catalog-info.yaml": fileOf(documentText("Component", name, { metadata: { annotations } })),
  });

const pagerDuty = (type: string, minute: number, more: object = {}) => ({
  event: {
    id: `event ${minute}`,
    event_type: type,
    resource_type: "incident",
    occurred_at: `2026-03-01T10:${String(minute).padStart(2, "0")}:00Z`,
    data: {
      id: "PGR0VU2",
      type: "incident",
      html_url: "https://acme.pagerduty.com/incidents/PGR0VU2",
      number: 2,
      status: type === "incident.resolved" ? "resolved" : "triggered",
      created_at: "2026-03-01T10:00:00Z",
      title: "A little bump in the road",
      service: { id: "PF9KMXH", summary: "API Service" },
      priority: { summary: "P1" },
      ...more,
    },
  },
});

const incidentsOf = async (db: Db, name: string) =>
  (await readReportedIncidents(as(db), { entityRef: `component:default/${name}` })).items;

describe("PagerDuty", () => {
  test("opens, resolves and opens again, whatever comes first; a wrong signature is refused", async ({
    db,
  }) => {
    await importComponent(db, "paged", { "pagerduty.com/service-id": "POTHER, PF9KMXH" });
    const unready = await receiver(db, "pagerduty", "Without its secret yet");
    expect(unready.secret).toBeNull();
    await expect(unready.send(pagerDuty("incident.triggered", 0))).rejects.toThrow("signature does not fit");
    const { send } = await receiver(db, "pagerduty", "Pager", "the secret of the webhook");
    expect(await send(pagerDuty("incident.resolved", 30))).toEqual({ incidents: 1, ignored: null });
    await send(pagerDuty("incident.triggered", 0));
    expect(await incidentsOf(db, "paged")).toMatchObject([
      { key: "PGR0VU2", severity: "P1", resolvedAt: new Date("2026-03-01T10:30:00Z"), source: "pagerduty" },
    ]);
    await send(pagerDuty("incident.reopened", 40));
    await send(pagerDuty("incident.resolved", 30));
    expect((await incidentsOf(db, "paged"))[0]!.resolvedAt).toBeNull();
    expect(await send(pagerDuty("incident.acknowledged", 31, { status: "resolved" }))).toMatchObject({
      incidents: 0,
    });
    expect(await send({ event: { ...pagerDuty("pagey.ping", 1).event, data: {} } })).toMatchObject({
      incidents: 0,
    });
    for (const signature of ["v1=00", "", "v0=abc, v1="])
      await expect(send(pagerDuty("incident.triggered", 1), { signature })).rejects.toThrow(
        /signature|Signature/,
      );
  });

  test("whose body cannot be read is told, and its receiver shows it until one can", async ({ db }) => {
    const { send, id } = await receiver(db, "pagerduty", "Broken", "the secret of the webhook");
    for (const body of [
      "no json",
      "[]",
      "{}",
      { event: { event_type: "incident.triggered", occurred_at: "soon" } },
    ])
      await expect(send(body)).rejects.toThrow(/This is not what PagerDuty sends/);
    const shown = async () => (await readReceivers(admin(db))).items.find((one) => one.id === id);
    expect((await shown())!.failure).toMatch(
      /^event.occurred_at is no time such as 2026-11-21T14:03:00Z\. Send V3 webhooks/,
    );
    await send(pagerDuty("incident.triggered", 0));
    expect(await shown()).toMatchObject({ failure: null, lastReceivedAt: expect.any(Date) });
    await removeReceiver(admin(db), { id });
    expect(await findReceiver(hooks(db), testKeyring, { kind: "pagerduty", id })).toBeNull();
  });
});

describe("Alertmanager", () => {
  const alert = (status: "firing" | "resolved", labels: Record<string, string>, more: object = {}) => ({
    status,
    labels: { alertname: "HighErrorRate", severity: "critical", ...labels },
    annotations: { summary: "Errors above 5 %" },
    startsAt: "2026-03-01T10:00:00.123Z",
    endsAt: status === "resolved" ? "2026-03-01T11:00:00Z" : "0001-01-01T00:00:00Z",
    generatorURL: "https://prometheus.example.com/graph",
    fingerprint: `f-${labels.service?.toLowerCase()}`,
    ...more,
  });
  const notification = (...alerts: object[]) => ({ version: "4", status: "firing", groupKey: "g", alerts });

  test("gives an incident for each alert, by its label; the secret is shown as a bearer", async ({ db }) => {
    await importComponent(db, "alerted");
    const { send } = await receiver(db, "alertmanager", "Prometheus");
    await send(
      notification(alert("resolved", { service: "Alerted" }), alert("firing", { service: "unheard-of" })),
    );
    await send(notification(alert("firing", { service: "alerted" })));
    expect(await incidentsOf(db, "alerted")).toMatchObject([
      { title: "Errors above 5 %", severity: "critical", resolvedAt: new Date("2026-03-01T11:00:00Z") },
    ]);
    await expect(send(notification(), { authorization: "Bearer nothing" })).rejects.toThrow(
      "none of this receiver's",
    );
    await expect(send(notification(), { authorization: "" })).rejects.toThrow("Authorization: Bearer");
  });

  test("keeps what belongs to nobody, until a Component of that name comes or somebody says whose it is", async ({
    db,
  }) => {
    const { send } = await receiver(db, "alertmanager", "Lost");
    await send(notification(alert("firing", { service: "later" }), alert("firing", { service: "never" })));
    const platform = as(db, person("platform"));
    const lost = async () =>
      (await readUnmatchedIncidents(platform)).items.filter(({ hints }) => /later|never/.test(hints.join()));
    expect((await lost()).map(({ hints }) => hints).sort()).toEqual([["service:later"], ["service:never"]]);
    expect(await matchIncidents(as(db))).toBe(0);
    await importComponent(db, "later");
    expect(await matchIncidents(as(db))).toBe(1);
    expect(await incidentsOf(db, "later")).toHaveLength(1);
    const [other] = await lost();
    await assignIncident(platform, {
      source: other!.source,
      key: other!.key,
      entityRef: "component:default/later",
    });
    expect(await incidentsOf(db, "later")).toHaveLength(2);
    expect(await lost()).toEqual([]);
    const [due] = await db.execute<{ due: boolean }>(sql`
      select due_from is not null as due from delivery_services where entity_ref = 'component:default/later'`);
    expect(due?.due, "its figures are worked out anew").toBe(true);
  });
});

describe("Opsgenie", () => {
  const webhook = (action: string, more: object = {}) => ({
    action,
    alert: {
      alertId: "052652ac-5d1c-464a-812a-7dd18bbfba8c",
      message: "Disk is full",
      tags: ["os", "service:Opsed"],
      tinyId: "23",
      entity: "",
      alias: "aliastest",
      createdAt: Date.UTC(2026, 2, 1, 10),
      updatedAt: Date.UTC(2026, 2, 1, 12) * 1e6,
      username: "user@example.com",
      priority: "P2",
      ...more,
    },
    source: { name: "", type: "API" },
    integrationName: "Webhook",
  });

  test("opens and closes an alert, by its tag", async ({ db }) => {
    await importComponent(db, "opsed");
    const { send } = await receiver(db, "opsgenie", "Jira");
    await send(webhook("Close"));
    await send(webhook("Create"));
    expect(await send(webhook("AddNote"))).toMatchObject({ incidents: 0 });
    expect(await incidentsOf(db, "opsed")).toMatchObject([
      {
        title: "Disk is full",
        severity: "P2",
        openedAt: new Date(Date.UTC(2026, 2, 1, 10)),
        resolvedAt: new Date(Date.UTC(2026, 2, 1, 12)),
      },
    ]);
  });

  test("with texts that no database takes is no fault of ours", async ({ db }) => {
    const { send } = await receiver(db, "opsgenie", "Odd");
    const odd = JSON.stringify(webhook("Create", { message: "lone", tags: ["service:lone"] })).replaceAll(
      "lone",
      "a\\ud800b",
    );
    expect(await send(odd)).toEqual({ incidents: 1, ignored: null });
    await expect(send('{"action":"Create","alert":{"message":"\\u0000"}}')).rejects.toThrow("NUL");
  });
});
