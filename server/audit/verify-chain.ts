import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import { withPatience } from "#db/watched-socket.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { Anchor } from "./anchors.ts";
import type { ChainProblem, Verification } from "./model.ts";
import { verifyChainRefusal } from "./policy.ts";

const mostProblems = 500;
const anchorsAtOnce = 5_000;

/**
 * Recomputes the hash chain of every stream from the rows themselves, and compares it with heads that were anchored
 * outside. Finds events that were altered, removed or put in, and chains that were rewritten since an anchor. What was
 * removed from the end of a stream shows only against an anchor.
 */
export async function verifyChain(ctx: Ctx, anchors: readonly Anchor[]): Promise<Verification> {
  ensure(verifyChainRefusal(ctx.actor));
  return withPatience(15 * 60_000, () =>
    ctx.db.transaction(
      async (db) => {
        await db.execute(sql`set local statement_timeout = '15min'`);
        const streams = await readStreams(db);
        const problems = [
          ...(await findBroken(db)),
          ...(await findUnchained(db)),
          ...(await compareAnchors(db, anchors)),
        ];
        return {
          isIntact: problems.length === 0,
          checkedAt: ctx.now().toISOString(),
          events: streams.reduce((sum, stream) => sum + stream.events, 0),
          streams,
          anchors: anchors.length,
          problems: problems.slice(0, mostProblems),
          problemCount: problems.length,
        };
      },
      { isolationLevel: "repeatable read", accessMode: "read only" },
    ),
  );
}

async function readStreams(db: Db): Promise<Verification["streams"]> {
  const rows = await db.execute<{ stream: string; events: string; position: string; hash: string }>(sql`
    select distinct on (stream) stream, count(*) over (partition by stream) as events, position,
      encode(hash, 'hex') as hash
    from event_chain order by stream, position desc`);
  return rows.map((row) => ({ ...row, events: Number(row.events), position: Number(row.position) }));
}

type Broken = {
  stream: string;
  position: string;
  event_id: string;
  before_position: string | null;
  before_event: string | null;
  is_missing: boolean;
  is_gap: boolean;
  is_altered: boolean;
  is_unlinked: boolean;
};

/** A chain of demo events may begin anywhere: removing the demo organisation takes its events along. */
async function findBroken(db: Db): Promise<ChainProblem[]> {
  const rows = await db.execute<Broken>(sql`
    select * from (
      select stream, position, event_id, before_position, before_event, id is null as is_missing,
        position <> coalesce(before_position, case when stream like 'demo:%' then position - 1 else 0 end) + 1 as is_gap,
        id is not null and (event_stream(subject_type, is_demo) <> stream or hash <> sha256(previous_hash || convert_to(
          event_text(position, id, at, type, actor_kind, actor_id, actor_name, subject_type, subject_id, payload, is_demo),
          'UTF8'))) as is_altered,
        previous_hash <> case when before_hash is not null then before_hash
          when stream like 'demo:%' and position > 1 then previous_hash
          else decode(repeat('00', 32), 'hex') end as is_unlinked
      from (
        select c.stream, c.position, c.event_id, c.previous_hash, c.hash,
          lag(c.position) over chain as before_position, lag(c.hash) over chain as before_hash,
          lag(c.event_id) over chain as before_event,
          e.id, e.at, e.type, e.actor_kind, e.actor_id, e.actor_name, e.subject_type, e.subject_id, e.payload, e.is_demo
        from event_chain c left join events e on e.id = c.event_id
        window chain as (partition by c.stream order by c.position)
      ) linked
    ) judged
    where is_missing or is_gap or is_altered or is_unlinked
    order by stream, position limit ${mostProblems}`);
  return rows.flatMap(brokenProblems);
}

function brokenProblems(row: Broken): ChainProblem[] {
  const { stream, is_missing, is_gap, is_altered, is_unlinked } = row;
  const [position, eventId] = [Number(row.position), Number(row.event_id)];
  const place = { stream, position, eventId };
  const problems: ChainProblem[] = [];
  if (is_gap) {
    const first = Number(row.before_position ?? 0) + 1;
    const what =
      first === position - 1 ? `Place ${first} was` : `${position - first} places from ${first} on were`;
    const after = row.before_event === null ? "before" : `between event ${row.before_event} and`;
    const message = `${what} removed from the stream "${stream}", ${after} event ${eventId}`;
    problems.push({ kind: "removed", ...place, position: first, eventId: null, message });
  }
  if (is_missing)
    problems.push({
      kind: "removed",
      ...place,
      message: `Event ${eventId} was removed (place ${position} of the stream "${stream}")`,
    });
  if (is_altered)
    problems.push({
      kind: "altered",
      ...place,
      message: `Event ${eventId} was altered (place ${position} of the stream "${stream}")`,
    });
  // A gap breaks the link anyway.
  if (is_unlinked && !is_gap) {
    const before = row.before_event === null ? null : Number(row.before_event);
    problems.push({
      kind: "altered",
      stream,
      position: position - 1,
      eventId: before,
      message:
        before === null
          ? `The beginning of the stream "${stream}" was rewritten (event ${eventId})`
          : `Event ${before} was altered and its hash with it (place ${position - 1} of the stream "${stream}")`,
    });
  }
  return problems;
}

async function findUnchained(db: Db): Promise<ChainProblem[]> {
  const rows = await db.execute<{ id: string; stream: string }>(sql`
    select e.id, event_stream(e.subject_type, e.is_demo) as stream from events e
    where not exists (select from event_chain c where c.event_id = e.id) order by e.id limit ${mostProblems}`);
  return rows.map(({ id, stream }) => ({
    kind: "inserted",
    stream,
    position: null,
    eventId: Number(id),
    message: `Event ${id} was put in past the chain of the stream "${stream}", or its place was removed`,
  }));
}

type Missed = { stream: string; position: string; at: string; event_id: string | null; head: string };

async function compareAnchors(db: Db, anchors: readonly Anchor[]): Promise<ChainProblem[]> {
  const problems: ChainProblem[] = [];
  for (let start = 0; start < anchors.length; start += anchorsAtOnce) {
    const given = JSON.stringify(anchors.slice(start, start + anchorsAtOnce));
    const rows = await db.execute<Missed>(sql`
      select a.stream, a.position, a.at, c.event_id,
        coalesce((select max(position) from event_chain h where h.stream = a.stream), 0) as head
      from jsonb_to_recordset(${given}::text::jsonb) as a(stream text, position bigint, hash text, at text)
      left join event_chain c on c.stream = a.stream and c.position = a.position
      where c.hash is null or encode(c.hash, 'hex') <> a.hash
      order by a.stream, a.position`);
    problems.push(...rows.map(missedProblem));
  }
  return problems;
}

function missedProblem({ stream, position, at, event_id, head }: Missed): ChainProblem {
  const known = `the anchor of ${at} knows place ${position}`;
  const removed = { kind: "removed" as const, stream, position: Number(position), eventId: null };
  if (event_id !== null)
    return {
      ...removed,
      kind: "altered",
      eventId: Number(event_id),
      message: `The stream "${stream}" was rewritten up to event ${event_id}: ${known} with another hash`,
    };
  if (Number(head) >= Number(position))
    return { ...removed, message: `Place ${position} of the stream "${stream}" was removed: ${known}` };
  return {
    ...removed,
    message: `The end of the stream "${stream}" was removed after place ${head}: ${known}`,
  };
}
