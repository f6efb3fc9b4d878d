import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { as, test } from "#server/testing/database.ts";
import { pushPayload, randomSha, repositoryPayload } from "#server/testing/github-payloads.ts";
import { person } from "#server/testing/people.ts";
import { makeWebhookSecret, signedWebhook, workInbox } from "#server/testing/signed-webhooks.ts";
import { getDelivery, showPayload } from "./get-delivery.ts";
import { ListDeliveries } from "./inputs.ts";
import { shownPayloadLength } from "./model.ts";
import { countDeliveries, readDeliveries, readDeliveryFacets, readWebhookStatus } from "./read.ts";
import { receiveDeliveries } from "./receive-delivery.ts";

const repository = repositoryPayload("acme/logged");
const start = new Date("2026-03-02T08:00:00Z");
const minute = (count: number) => new Date(start.getTime() + count * 60_000);

test("the log is filtered, paged without loss or repetition, and counted", async ({ db }) => {
  const ctx = as(db);
  const secret = await makeWebhookSecret(ctx);
  const sent = Array.from({ length: 25 }, (_, index) => {
    // Several share a moment, as bursts do.
    const receivedAt = minute(Math.floor(index / 4));
    if (index % 5 === 0) return signedWebhook(secret, "star", { action: "created" }, { receivedAt });
    return signedWebhook(secret, "push", pushPayload(repository, randomSha(), "x", start), { receivedAt });
  });
  await receiveDeliveries(ctx, [secret], sent);
  await workInbox(ctx);
  const admin = as(db, person("platform"));
  const list = (input: object) => readDeliveries(admin, ListDeliveries.parse(input));
  const seen: number[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = await list({ limit: 7, ...(cursor ? { cursor } : {}) });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(seen).toHaveLength(25);
  expect(new Set(seen).size).toBe(25);
  const all = (await list({ limit: 100 })).items;
  expect(all.map(({ id }) => id)).toEqual(seen);
  expect(all.map(({ receivedAt }) => receivedAt.getTime())).toEqual(
    all.map(({ receivedAt }) => receivedAt.getTime()).sort((left, right) => right - left),
  );
  expect((await list({ state: "ignored" })).items).toHaveLength(5);
  expect((await list({ event: "push" })).items).toHaveLength(20);
  expect((await list({ repository: "acme/logged", state: "done" })).items).toHaveLength(20);
  expect((await list({ from: minute(2), to: minute(3) })).items).toHaveLength(4);
  expect((await list({ query: sent[3]!.guid.slice(0, 18) })).items).toMatchObject([{ guid: sent[3]!.guid }]);
  expect((await list({ query: "%" })).items).toEqual([]);
  expect(await countDeliveries(admin, { event: "push" })).toEqual({ total: 20, isCapped: false });
  const facets = await readDeliveryFacets(admin);
  expect(facets.events).toEqual([
    { value: "push", count: 20 },
    { value: "star", count: 5 },
  ]);
  expect(facets.states.filter(({ count }) => count > 0)).toEqual([
    { value: "done", count: 20 },
    { value: "ignored", count: 5 },
  ]);
  expect(await readWebhookStatus(admin)).toMatchObject({ isConnected: true, pending: 0, failed: 0 });
});

test("a cursor that was made up is refused with a sentence", async ({ db }) => {
  const admin = as(db, person("admin"));
  await expect(readDeliveries(admin, ListDeliveries.parse({ cursor: "bm8=" }))).rejects.toMatchObject({
    code: "invalid",
  });
});

test("shows a webhook with its payload, headers and the other body under its key", async ({ db }) => {
  const ctx = as(db);
  const secret = await makeWebhookSecret(ctx, { name: "Acme" });
  const guid = randomUUID();
  const [first, other] = await receiveDeliveries(
    ctx,
    [secret],
    [
      signedWebhook(secret, "star", { action: "created", nested: { deep: [1] } }, { guid }),
      signedWebhook(secret, "star", { action: "deleted" }, { guid }),
    ],
  );
  await workInbox(ctx);
  const detail = await getDelivery(as(db, person("admin")), { id: first!.id });
  expect(detail).toMatchObject({
    state: "ignored",
    action: "created",
    connectionName: "Acme",
    headers: [{ name: "x-github-event", value: "star" }],
    conflicts: [{ id: other!.id }],
    may: { replay: null },
  });
  expect(detail.payload).toEqual({
    form: "json",
    text: JSON.stringify({ action: "created", nested: { deep: [1] } }, null, 2),
    isCut: false,
  });
  const conflict = await getDelivery(as(db, person("admin")), { id: other!.id });
  expect(conflict).toMatchObject({ state: "conflict", conflictOf: first!.id });
  expect(conflict.may.replay?.sentence).toContain("Another webhook holds this key");
});

test("developers and leaders see nothing of the log", async ({ db }) => {
  for (const role of ["developer", "leader"] as const) {
    const ctx = as(db, person(role));
    const calls = [
      readDeliveries(ctx, ListDeliveries.parse({})),
      countDeliveries(ctx, {}),
      readDeliveryFacets(ctx),
      readWebhookStatus(ctx),
      getDelivery(ctx, { id: 1 }),
    ];
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: "forbidden" });
  }
});

test("shows bytes that are no JSON with what cannot be printed escaped", () => {
  const shown = (bytes: Buffer) => showPayload(bytes).text;
  expect(shown(Buffer.from("a\u0000b\u001b[31m\n"))).toBe("a\\x00b\\x1b[31m\n");
  expect(shown(Buffer.from([0x61, 0xff, 0xfe]))).toBe("a\\xff\\xfe");
  expect(showPayload(Buffer.from("Grüße"))).toEqual({ form: "text", text: "Grüße", isCut: false });
  expect(showPayload(Buffer.alloc(0))).toEqual({ form: "text", text: "", isCut: false });
});

test("a payload that is long, or nests a million levels deep, is cut and not computed", () => {
  const long = showPayload(Buffer.from(JSON.stringify({ text: "x".repeat(3_000_000) })));
  expect(long).toMatchObject({ form: "text", isCut: true });
  expect(long.text).toHaveLength(shownPayloadLength);
  const deep = showPayload(Buffer.from(`{"a":${"[".repeat(500_000)}${"]".repeat(500_000)}}`));
  expect(deep).toMatchObject({ isCut: true });
});
