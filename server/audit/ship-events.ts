import { hostname } from "node:os";
import { eq, sql } from "drizzle-orm";
import { auditSinks } from "#db/schema/core.ts";
import type { Ctx } from "#server/core/context.ts";
import { findDomainError } from "#server/core/errors.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { makeLogger } from "#server/core/log.ts";
import { sendBySocket } from "#server/core/outside/open-socket.ts";
import type { Outside } from "#server/core/outside.ts";
import { frame, writeMessage } from "#server/integrations/syslog/write-message.ts";
import {
  type EventLine,
  type EventLineRow,
  eventLineColumns,
  toEventLine,
  toJsonLine,
} from "./event-lines.ts";
import { type OpenSink, readDueSinks } from "./sinks.ts";

/** What shipping needs from the process that does it. `outsideFor` opens the door for one sink. */
export type ShipTools = {
  ctx: Ctx;
  keyring: Keyring;
  outsideFor: (sink: {
    hosts: string[];
    privateRanges: readonly string[];
    ca: string | undefined;
  }) => Outside;
  signal?: AbortSignal;
};

const batchSize = 500;
const timeoutMs = 20_000;
const firstWaitSeconds = 30;
const longestWaitSeconds = 3_600;

const log = makeLogger("audit");

/**
 * Sends each sink what it has not had yet, stream by stream in the order of the chains, until nothing is left. The place
 * is kept after the sink has taken a batch: after a crash a batch may come twice, none is left out. A sink that fails
 * waits, longer each time, and holds up no other.
 */
export async function shipEvents(tools: ShipTools): Promise<void> {
  const sinks = await readDueSinks(tools.ctx, tools.keyring);
  await Promise.all(sinks.map((sink) => shipTo(tools, sink)));
}

async function shipTo(tools: ShipTools, sink: OpenSink): Promise<void> {
  let positions = sink.positions;
  try {
    while (!tools.signal?.aborted) {
      const batch = await readBatch(tools.ctx, positions);
      if (batch.length === 0) return;
      await send(tools, sink, batch);
      const next = { ...positions };
      for (const { stream, position } of batch) next[stream] = position;
      if (!(await keepPlace(tools.ctx, sink.id, { from: positions, to: next, count: batch.length }))) return;
      positions = next;
    }
  } catch (error) {
    await noteFailure(tools.ctx, sink, error);
  }
}

/** The next events: each stream from where it stands, the streams mixed by the number of the event. */
async function readBatch(ctx: Ctx, positions: Record<string, number>): Promise<EventLine[]> {
  const rows = await ctx.db.execute<EventLineRow>(sql`
    with recursive walk as (
      (select stream from event_chain order by stream limit 1)
      union all
      select (select n.stream from event_chain n where n.stream > walk.stream order by n.stream limit 1)
      from walk where walk.stream is not null
    )
    select ${eventLineColumns} from walk
    cross join lateral (
      select * from event_chain n where n.stream = walk.stream
        and n.position > coalesce((${JSON.stringify(positions)}::text::jsonb ->> walk.stream)::bigint, 0)
      order by n.position limit ${batchSize}
    ) c
    join events e on e.id = c.event_id
    where walk.stream is not null and walk.stream not like 'demo:%'
    order by c.stream, c.position`);
  return mergeStreams(rows.map(toEventLine)).slice(0, batchSize);
}

/** Lines that stand in the order of their streams, as one list: a stream keeps its order, else the lower number is first. */
export function mergeStreams(lines: readonly EventLine[]): EventLine[] {
  const streams = [...Map.groupBy(lines, (line) => line.stream).values()].map((of) => ({ of, next: 0 }));
  const merged: EventLine[] = [];
  while (merged.length < lines.length) {
    let best: { of: EventLine[]; next: number } | null = null;
    for (const stream of streams) {
      const [candidate, current] = [stream.of[stream.next], best?.of[best.next]];
      if (candidate && (!current || candidate.id < current.id)) best = stream;
    }
    const line = best?.of[best.next];
    if (!best || !line) break;
    merged.push(line);
    best.next += 1;
  }
  return merged;
}

async function send(tools: ShipTools, sink: OpenSink, batch: readonly EventLine[]): Promise<void> {
  const url = new URL(sink.address);
  if (url.protocol.startsWith("http")) return sendByHttp(tools, sink, url, batch);
  const protocol = url.protocol === "syslog+tls:" ? "tls" : url.protocol === "syslog+udp:" ? "udp" : "tcp";
  const messages = batch.map((line) => {
    const message = writeMessage({
      at: line.at,
      host: hostname(),
      app: "milepost",
      processId: "-",
      kind: line.type,
      text: toJsonLine(line),
    });
    return protocol === "udp" ? message : frame(message);
  });
  const { privateRanges, ca } = sink;
  const settings = {
    protocol,
    host: url.hostname,
    port: Number(url.port),
    privateRanges,
    ca: ca ?? undefined,
  } as const;
  await sendBySocket({ ...settings, timeoutMs }, messages);
}

async function sendByHttp(
  tools: ShipTools,
  sink: OpenSink,
  url: URL,
  batch: readonly EventLine[],
): Promise<void> {
  const { privateRanges, ca, token } = sink;
  const outside = tools.outsideFor({ hosts: [url.host], privateRanges, ca: ca ?? undefined });
  try {
    const answer = await outside.send({
      url: sink.address,
      method: "POST",
      headers: {
        "content-type": "application/x-ndjson",
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: Buffer.from(batch.map((line) => `${toJsonLine(line)}\n`).join("")),
      maxBytes: 100_000,
      timeoutMs,
    });
    if (answer.status < 200 || answer.status > 299)
      throw new SinkRefusal(`${url.host} answered ${answer.status}`);
  } finally {
    await outside.close();
  }
}

class SinkRefusal extends Error {
  override name = "SinkRefusal";
}

/** False when somebody else has moved the place meanwhile: then they go on, not we. */
async function keepPlace(
  ctx: Ctx,
  id: string,
  move: { from: Record<string, number>; to: Record<string, number>; count: number },
): Promise<boolean> {
  const rows = await ctx.db
    .update(auditSinks)
    .set({
      positions: move.to,
      sentAt: ctx.now(),
      sentCount: sql`${auditSinks.sentCount} + ${move.count}`,
      failure: null,
      failures: 0,
      retryAt: null,
    })
    .where(
      sql`${auditSinks.connectionId} = ${id} and ${auditSinks.positions} = ${JSON.stringify(move.from)}::text::jsonb`,
    )
    .returning({ id: auditSinks.connectionId });
  return rows.length > 0;
}

async function noteFailure(ctx: Ctx, sink: OpenSink, error: unknown): Promise<void> {
  const told = error instanceof SinkRefusal ? error : findDomainError(error);
  const failure = told?.message ?? "Something went wrong: the log of the worker says what";
  log.warn({ err: error, sink: sink.id }, "The audit log was not sent");
  const waitSeconds = Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** Math.min(sink.failures, 10));
  await ctx.db
    .update(auditSinks)
    .set({
      failure,
      failures: sql`${auditSinks.failures} + 1`,
      retryAt: sql`now() + make_interval(secs => ${waitSeconds})`,
    })
    .where(eq(auditSinks.connectionId, sink.id));
}
