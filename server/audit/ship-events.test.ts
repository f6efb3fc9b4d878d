import { createSocket } from "node:dgram";
import { eq, sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { auditSinks, connectionSecrets, connections, events } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { record } from "#server/core/events.ts";
import { makeOutside } from "#server/core/outside.ts";
import { frame, writeMessage } from "#server/integrations/syslog/write-message.ts";
import { as, test } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { collect, listen, testCertificate, testKey } from "#server/testing/log-collectors.ts";
import { person, tokenActor } from "#server/testing/people.ts";
import type { EventLine } from "./event-lines.ts";
import { SaveSink } from "./inputs.ts";
import { removeSink } from "./remove-sink.ts";
import { saveSink } from "./save-sink.ts";
import { mergeStreams, shipEvents } from "./ship-events.ts";
import { readSinks } from "./sinks.ts";

const admin = person("admin");
const finish = (name: string, isDemo = false) =>
  ({ type: "tour.finished", subjectId: name, payload: { userName: `line\n${name} é` }, isDemo }) as const;
const ship = (db: Db) =>
  shipEvents({ ctx: as(db), keyring: testKeyring, outsideFor: (sink) => makeOutside(sink) });
const save = (db: Db, input: Partial<SaveSink> & { address: string }) =>
  saveSink(as(db, admin), SaveSink.parse({ name: "Logs", ...input }), () => testKeyring);
const retryNow = (db: Db) => db.update(auditSinks).set({ retryAt: null });

async function begin(db: Db): Promise<void> {
  await db.delete(connections);
}

describe("over HTTP", () => {
  test("each event comes once and in order, with the token; what was before is left out unless asked for", async ({
    db,
  }) => {
    await begin(db);
    await record(as(db), finish("before"));
    const collector = await collect(() => 204);
    await save(db, { address: collector.address, token: "canary-token-of-the-sink" });
    for (let index = 0; index < 1_203; index += 1) await record(as(db), finish(String(index), index === 7));
    await ship(db);
    await ship(db);
    const lines = collector.taken.flatMap((request) => request.lines);
    const tours = lines.filter((line) => line.stream === "tour").map((line) => Number(line.subject.id));
    expect(tours).toEqual(Array.from({ length: 1_203 }, (_, index) => index).filter((index) => index !== 7));
    expect(lines[0]).toMatchObject({ type: "audit-sink.added", actor: { id: admin.id } });
    expect(collector.taken.map(({ lines: batch }) => batch.length)).toEqual([500, 500, 203]);
    expect(collector.taken[0]?.headers).toMatchObject({
      authorization: "Bearer canary-token-of-the-sink",
      "content-type": "application/x-ndjson",
    });
    const { sinks } = await readSinks(as(db, admin));
    expect(sinks).toMatchObject([
      { hasToken: true, waiting: 0, waitingSince: null, sentCount: 1_203, failure: null },
    ]);
    expect(JSON.stringify(sinks)).not.toContain("canary");
    const stored = await db.execute(
      sql`select c::text || coalesce(e::text, '') as row from connections c left join events e on true`,
    );
    expect(JSON.stringify(stored)).not.toContain("canary");
    await save(db, { address: collector.address, name: "From the beginning", sendsPast: true });
    await ship(db);
    expect(
      collector.taken.flatMap((request) => request.lines).some((line) => line.subject.id === "before"),
    ).toBe(true);
    collector.close();
  });

  test("what was not taken comes again, later each time, and nothing is left out", async ({ db }) => {
    await begin(db);
    const collector = await collect((count) => (count <= 2 ? 503 : 200));
    await save(db, { address: collector.address });
    for (const name of ["one", "two"]) await record(as(db), finish(name));
    await ship(db);
    await ship(db);
    expect(collector.taken).toHaveLength(1);
    const [first] = (await readSinks(as(db, admin))).sinks;
    expect(first).toMatchObject({
      waiting: 3,
      failure: expect.stringMatching(/^127.0.0.1:\d+ answered 503$/),
    });
    expect(first?.waitingSince).toBeInstanceOf(Date);
    await retryNow(db);
    await ship(db);
    const [second] = (await readSinks(as(db, admin))).sinks;
    const waits = [first, second].map((sink) => (sink?.retryAt?.getTime() ?? 0) - Date.now());
    expect(waits[0]).toBeLessThan(31_000);
    expect(waits[1]).toBeGreaterThan(50_000);
    await retryNow(db);
    await ship(db);
    expect((await readSinks(as(db, admin))).sinks[0]).toMatchObject({
      waiting: 0,
      failure: null,
      retryAt: null,
    });
    expect(collector.taken[2]?.lines).toEqual(collector.taken[0]?.lines);
    collector.close();
  });

  test("after a crash between taking and keeping the place a batch comes twice, none is left out", async ({
    db,
  }) => {
    await begin(db);
    const collector = await collect(() => 200);
    const { id } = await save(db, { address: collector.address });
    await record(as(db), finish("twice"));
    const [{ positions } = { positions: {} }] = await db
      .select({ positions: auditSinks.positions })
      .from(auditSinks);
    await ship(db);
    await db.update(auditSinks).set({ positions }).where(eq(auditSinks.connectionId, id));
    await record(as(db), finish("once"));
    await ship(db);
    const subjects = collector.taken.map(({ lines }) => lines.map((line) => line.subject.id));
    expect(subjects).toEqual([
      [id, "twice"],
      [id, "twice", "once"],
    ]);
    collector.close();
  });

  test("an address in a private network that was not approved is not connected to, and holds up no other sink", async ({
    db,
  }) => {
    await begin(db);
    const collector = await collect(() => 200);
    await save(db, { name: "Bad", address: "https://localtest.invalid:1/" });
    await save(db, { name: "Good", address: collector.address });
    await ship(db);
    const { sinks } = await readSinks(as(db, admin));
    expect(sinks.map(({ name, failure }) => [name, failure === null])).toEqual([
      ["Bad", false],
      ["Good", true],
    ]);
    expect(sinks[0]?.failure).toContain("was not found");
    collector.close();
  });
});

describe("over syslog", () => {
  test("TCP: every event is one framed message of RFC 5424", async ({ db }) => {
    await begin(db);
    const server = await listen(() => "take");
    await save(db, { address: server.address });
    for (let index = 0; index < 700; index += 1) await record(as(db), finish(String(index)));
    await ship(db);
    expect(server.messages).toHaveLength(701);
    const [head, ...text] = server.messages.at(-1)?.split("\ufeff") ?? [];
    expect(head).toMatch(/^<109>1 \d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z \S+ milepost - tour\.finished - $/);
    expect(JSON.parse(text.join(""))).toMatchObject({
      subject: { id: "699" },
      payload: { userName: "line\n699 é" },
    });
    server.close();
  });

  test("TCP: a connection that is reset keeps the place, and the batch comes again", async ({ db }) => {
    await begin(db);
    const server = await listen((count) => (count === 1 ? "reset" : "take"));
    await save(db, { address: server.address });
    await record(as(db), finish("again"));
    await ship(db);
    expect((await readSinks(as(db, admin))).sinks[0]).toMatchObject({
      waiting: 2,
      failure: expect.any(String),
    });
    await retryNow(db);
    await ship(db);
    expect(server.messages.map((message) => message.includes('"id":"again"'))).toEqual([false, true]);
    server.close();
  });

  test("UDP: one datagram for each event", async ({ db }) => {
    await begin(db);
    const socket = createSocket("udp4");
    const messages: string[] = [];
    const enough = new Promise<void>((resolve) => {
      socket.on("message", (message) => {
        messages.push(message.toString());
        if (messages.length === 2) resolve();
      });
    });
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    await save(db, { address: `syslog+udp://127.0.0.1:${socket.address().port}` });
    await record(as(db), finish("datagram"));
    await ship(db);
    await enough;
    expect(messages[1]).toMatch(/^<109>1 /);
    socket.close();
  });

  test("TLS: goes to a server whose authority was approved, and to no other", async ({ db }) => {
    await begin(db);
    const server = await listen(() => "take", { key: testKey, cert: testCertificate });
    const address = server.address.replace("127.0.0.1", "localhost");
    const { id } = await save(db, { address });
    await ship(db);
    expect(server.messages).toEqual([]);
    expect((await readSinks(as(db, admin))).sinks[0]?.failure).toContain("self-signed certificate");
    await save(db, { id, address, ca: testCertificate });
    await ship(db);
    expect(server.messages).toHaveLength(2);
    expect((await readSinks(as(db, admin))).sinks[0]).toMatchObject({ waiting: 0, failure: null });
    server.close();
  });

  test("header fields stay within what RFC 5424 allows", () => {
    const message = {
      at: "2026-11-21T00:00:00.000000Z",
      host: "a b",
      app: "",
      processId: "-",
      kind: "é".repeat(40),
      text: "x",
    };
    expect(writeMessage(message).toString()).toBe(
      `<109>1 2026-11-21T00:00:00.000000Z a_b - - ${"_".repeat(32)} - \ufeffx`,
    );
    expect(frame(Buffer.from("é")).toString()).toBe("2 é");
  });
});

describe("the settings of a sink", () => {
  test("a new token replaces the old one; removing takes both along", async ({ db }) => {
    await begin(db);
    const { id } = await save(db, { address: "https://logs.example.com/", token: "one" });
    await save(db, { id, address: "https://logs.example.com/", token: "two" });
    await expect(save(db, { id, address: "https://evil.example.com/" })).rejects.toMatchObject({
      field: "token",
    });
    await save(db, { id, name: "Renamed", address: "https://logs.example.com/v2", isOn: false });
    expect((await readSinks(as(db, admin))).sinks).toMatchObject([
      { name: "Renamed", hasToken: true, isOn: false },
    ]);
    const secrets = await db.select({ retiredAt: connectionSecrets.retiredAt }).from(connectionSecrets);
    expect(secrets.filter(({ retiredAt }) => retiredAt === null)).toHaveLength(1);
    await removeSink(as(db, admin), { id });
    expect(await db.select({ id: connectionSecrets.id }).from(connectionSecrets)).toEqual([]);
    await expect(removeSink(as(db, admin), { id })).rejects.toMatchObject({ code: "not_found" });
    const told = await db
      .select({ type: events.type })
      .from(events)
      .where(sql`subject_id = ${id}`)
      .orderBy(events.id);
    expect(told.map(({ type }) => type.slice(11))).toEqual(["added", "changed", "changed", "removed"]);
  });

  test.for([
    ["ftp://logs.example.com", "has to begin with"],
    ["syslog+tcp://logs.example.com", "needs a port"],
    ["https://me:secret@logs.example.com", "user name or password"],
    ["https://", "has to begin with"],
  ])("%s is refused", ([address, words]) => {
    expect(SaveSink.safeParse({ name: "x", address }).error?.issues[0]?.message).toContain(words);
  });

  test("are the admins' matter", async ({ db }) => {
    const input = SaveSink.parse({ name: "x", address: "https://logs.example.com/" });
    for (const actor of [person("platform"), tokenActor("admin", ["write"])])
      await expect(saveSink(as(db, actor), input)).rejects.toMatchObject({ code: "forbidden" });
    await begin(db);
    await save(db, { address: input.address });
    await expect(save(db, { address: input.address })).rejects.toMatchObject({
      code: "conflict",
      field: "name",
    });
    await expect(save(db, { name: "y", address: "syslog+udp://x:1", token: "t" })).rejects.toMatchObject({
      field: "token",
    });
  });
});

test("streams are mixed by number, and each keeps its order", () => {
  const line = (stream: string, id: number) => ({ stream, id }) as EventLine;
  const mixed = mergeStreams([line("a", 3), line("a", 1), line("b", 2), line("b", 5), line("c", 4)]);
  expect(mixed.map(({ id }) => id)).toEqual([2, 3, 1, 4, 5]);
});
