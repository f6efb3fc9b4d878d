import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import type { ListRuns } from "#server/delivery/inputs.ts";
import { type Page, type RunRow, runStateOf } from "#server/delivery/model.ts";
import { visibleTo } from "#server/delivery/policy.ts";
import { readServices, scopeRows } from "./service-scopes.ts";
import { webAddress } from "./web-address.ts";

type RawRun = {
  repository_id: string;
  number: string;
  run_number: number | null;
  attempt: number;
  workflow: string;
  path: string | null;
  event: string;
  branch: string | null;
  sha: string;
  status: string;
  conclusion: string | null;
  started_at: string;
  as_of: string;
  repository_url: string | null;
  is_demo: boolean;
};

/** CI runs of a service's repository, the newest first; of a shared one those of its workflow, where it names one. */
export async function readCiRuns(ctx: Ctx, input: ListRuns): Promise<Page<RunRow>> {
  const [service] = await readServices(ctx, [input.entityRef]);
  const scopes = service?.scopes.filter((scope) => scope.workflow !== null || !scope.isPartlyHidden) ?? [];
  if (scopes.length === 0) return { items: [], nextCursor: null };
  const cursor = input.cursor ? readCursor(input.cursor, ["time", "whole", "text"]) : null;
  const before = cursor
    ? sql`and (w.started_at, w.number, w.repository_id)
        < (${String(cursor[0])}::timestamptz, ${Number(cursor[1])}::bigint, ${String(cursor[2])})`
    : sql``;
  const rows = await ctx.db.execute<RawRun>(sql`
    select w.repository_id, w.number, w.run_number, w.attempt, w.workflow, w.path, w.event, w.branch, w.sha, w.status,
      w.conclusion, w.started_at, w.as_of, r.url as repository_url, r.is_demo
    from ${scopeRows(scopes)} cross join lateral (
      select w.* from workflow_runs w
      where w.repository_id = s.repository_id and (s.workflow is null or lower(w.path) like s.workflow)
        and ${visibleTo(ctx.actor)} ${before}
      order by w.started_at desc, w.number desc limit ${input.limit + 1}
    ) w
    join repositories r on r.id = w.repository_id
    order by w.started_at desc, w.number desc, w.repository_id desc limit ${input.limit + 1}`);
  const last = rows.length > input.limit ? rows[input.limit - 1] : undefined;
  return {
    items: rows.slice(0, input.limit).map(toRunRow),
    nextCursor: last
      ? writeCursor([new Date(last.started_at).toISOString(), Number(last.number), last.repository_id])
      : null,
  };
}

function toRunRow(raw: RawRun): RunRow {
  const startedAt = new Date(raw.started_at);
  const updatedAt = new Date(raw.as_of);
  const isOver = raw.status === "completed";
  return {
    id: `${raw.repository_id}:${raw.number}`,
    number: raw.run_number ?? 0,
    workflow: raw.workflow || (raw.path?.split("/").at(-1) ?? "Workflow"),
    path: raw.path,
    event: raw.event,
    branch: raw.branch,
    sha: raw.sha,
    state: runStateOf(raw.status, raw.conclusion),
    attempt: raw.attempt,
    startedAt,
    updatedAt,
    durationSeconds: isOver ? Math.max(0, (updatedAt.getTime() - startedAt.getTime()) / 1000) : null,
    url: webAddress(raw, `/actions/runs/${raw.number}`),
  };
}
