import { sql } from "drizzle-orm";
import { openConnection } from "#server/connections/open-connection.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { type DomainError, findDomainError, type TooManyError } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue, type JobTools } from "#server/core/jobs.ts";
import { readDirectory } from "./evidence/read-directory.ts";
import { keepRepositories, markUnlisted } from "./keep-repositories.ts";
import { type LookTools, lookAtRepository } from "./look-at-repository.ts";
import { deepLookHours, discoverySteps, peopleMinutes } from "./model.ts";
import { mirrorPeople } from "./people/mirror-people.ts";
import { findUnreadReaders, mirrorReaders } from "./people/mirror-readers.ts";
import {
  claimRun,
  DiscoveryStopped,
  keepRunAlive,
  makeRunProgress,
  mine,
  type RunClaim,
  type RunProgress,
} from "./run-progress.ts";
import { readScope } from "./scope.ts";
import "./events.ts";

export const runDiscoveryJobName = "discovery-run";

/** Repositories that are looked at side by side: hosts ask not to be asked much at once. */
const atOnce = 4;

type Pass = LookTools & { claim: RunClaim; progress: RunProgress };

/**
 * Looks over everything that a connection shows: repositories, their catalogue files, teams and members, readers. Goes on
 * where the one before was paused by the host's rate limit, or ended with its process. Does nothing where another process
 * is at it.
 */
export async function runDiscovery(tools: JobTools, input: { connectionId: string }): Promise<void> {
  const { ctx, outside, signal } = tools;
  const claim = await claimRun(ctx, input.connectionId);
  if (!claim) return;
  const alive = keepRunAlive(ctx, claim);
  try {
    const host = await openConnection(ctx, outside, input.connectionId);
    try {
      const scope = await readScope(ctx, input.connectionId);
      const progress = makeRunProgress(ctx, claim, signal);
      let directory: ReturnType<typeof readDirectory> | undefined;
      const read = () => {
        directory ??= readDirectory(ctx);
        return directory;
      };
      await walkSteps({ ctx, outside, signal, host, scope, claim, progress, directory: read });
    } finally {
      await host.close();
    }
    await finishRun(ctx, claim);
  } catch (error) {
    // A process that is told to end leaves the run as it is, for the next one to go on.
    if (signal.aborted) throw error;
    await endRun(ctx, claim, error);
  } finally {
    alive.stop();
  }
}

async function walkSteps(pass: Pass): Promise<void> {
  const from = discoverySteps.indexOf(pass.claim.step);
  const hidden = from <= 0 ? await listAll(pass) : null;
  // People come before files: who owns what is guessed by their teams.
  if (pass.scope.withPeople) await readPeople(pass);
  await lookAtAll(pass, hidden !== null);
  await readReaders(pass);
  if (hidden) throw hidden;
}

/** Answers why an owner could not be listed, where one could not: the others are gone on with all the same. */
async function listAll({ ctx, host, claim, progress }: Pass): Promise<DomainError | null> {
  await progress("repositories", 0, 0);
  let seen = 0;
  try {
    for await (const page of host.listRepositories()) {
      await keepRepositories(ctx, claim.connectionId, page);
      seen += page.length;
      await progress("repositories", seen, seen);
    }
  } catch (error) {
    const told = findDomainError(error);
    if (told?.code !== "forbidden" && told?.code !== "not_found") throw error;
    return told;
  }
  // An empty list is far more often a permission that was taken away than an organisation that was emptied.
  if (seen > 0) await markUnlisted(ctx, claim.connectionId, claim.passStartedAt);
  return null;
}

/**
 * What is due: pushed to since, never seen, in trouble, renamed, or not looked at for a day; `isPartly`: of what was listed
 * in this pass, since what is hidden would only be taken for deleted.
 */
async function findDue({ ctx, claim }: Pass, isPartly: boolean): Promise<{ all: number; due: string[] }> {
  const deep = new Date(claim.passStartedAt.getTime() - deepLookHours * 3_600_000).toISOString();
  const rows = await ctx.db.execute<{ id: string; isDue: boolean }>(sql`
    select r.id, (d.looked_at is null or d.commit is null or d.trouble is not null
        or d.pushed_at is distinct from r.pushed_at or d.url is distinct from r.url
        or d.looked_at < ${deep}::timestamptz)
        and (d.looked_at is null or d.looked_at < ${claim.passStartedAt.toISOString()}::timestamptz) as "isDue"
    from source_repositories r left join discovered_repositories d on d.repository_id = r.id
    where r.connection_id = ${claim.connectionId} and r.gone_at is null
      and (not ${isPartly}::boolean or r.listed_at >= ${claim.passStartedAt.toISOString()}::timestamptz)
    order by d.looked_at nulls first, r.pushed_at desc nulls last, r.id`);
  return { all: rows.length, due: rows.filter(({ isDue }) => isDue).map(({ id }) => id) };
}

async function lookAtAll(pass: Pass, isPartly: boolean): Promise<void> {
  const { all, due } = await findDue(pass, isPartly);
  let done = all - due.length;
  await pass.progress("files", done, all);
  await eachOf(due, async (id) => {
    await lookAtRepository(pass, id);
    done += 1;
    await pass.progress("files", done, all);
  });
}

/** Works through a list with a few at once; the first error ends it, after those under way. */
async function eachOf(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const waiting = [...ids].reverse();
  let failure: { error: unknown } | undefined;
  const worker = async () => {
    for (let id = waiting.pop(); id !== undefined && !failure; id = waiting.pop())
      await work(id).catch((error: unknown) => {
        failure ??= { error };
      });
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failure) throw failure.error;
}

async function readPeople(pass: Pass): Promise<void> {
  const { ctx, claim, progress } = pass;
  const due = await ctx.db.execute(sql`
    select 1 from discovery_runs where connection_id = ${claim.connectionId}
      and (people_at is null or people_at < ${new Date(ctx.now().getTime() - peopleMinutes * 60_000).toISOString()}::timestamptz)`);
  if (due.length === 0) return;
  await progress("people", 0, 0);
  await readPeopleOnce(pass, claim.connectionId);
}

/** A missing permission is told and holds nothing else up. */
export async function readPeopleOnce(
  tools: Pick<LookTools, "ctx" | "outside" | "signal" | "host">,
  connectionId: string,
): Promise<void> {
  const { ctx } = tools;
  let trouble: string | null = null;
  try {
    await mirrorPeople(tools);
  } catch (error) {
    const told = findDomainError(error);
    if (told?.code !== "forbidden" && told?.code !== "not_found") throw error;
    trouble = told.message;
  }
  await ctx.db.execute(sql`
    insert into discovery_runs (connection_id, people_at, people_trouble)
    values (${connectionId}, ${trouble ? null : ctx.now().toISOString()}::timestamptz, ${trouble})
    on conflict (connection_id) do update set people_trouble = excluded.people_trouble,
      people_at = coalesce(excluded.people_at, discovery_runs.people_at)`);
}

async function readReaders(pass: Pass): Promise<void> {
  await readReadersOnce(pass, pass.claim.connectionId, false, (done, total) =>
    pass.progress("readers", done, total),
  );
}

export async function readReadersOnce(
  tools: Pick<LookTools, "ctx" | "signal" | "host">,
  connectionId: string,
  isAll: boolean,
  onDone: (done: number, total: number) => Promise<void> = async () => {},
): Promise<void> {
  const { ctx } = tools;
  const due = await findUnreadReaders(ctx, connectionId, isAll);
  let trouble: string | null = null;
  await onDone(0, due.length);
  for (const [index, repository] of due.entries()) {
    tools.signal.throwIfAborted();
    trouble = (await mirrorReaders(tools, repository)) ?? trouble;
    await onDone(index + 1, due.length);
  }
  await ctx.db.execute(sql`
    update discovery_runs set readers_trouble = ${trouble} where connection_id = ${connectionId}`);
}

async function finishRun(ctx: Ctx, claim: RunClaim): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const at = tx.now().toISOString();
    const rows = await tx.db.execute<{ isFirst: boolean; isMended: boolean }>(sql`
      update discovery_runs as d set state = 'done', step = null, "cursor" = null, failure = null,
        completed_at = ${at}::timestamptz
      from discovery_runs as o where o.connection_id = d.connection_id
        and d.connection_id = ${claim.connectionId} and d.run = ${claim.run} and d.state = 'running'
      returning o.completed_at is null as "isFirst", o.failure is not null as "isMended"`);
    // What was deployed before anybody told us of it is read once the services are known.
    if (rows[0]?.isFirst)
      await enqueue(
        tx,
        { name: "delivery-import-history" },
        { connectionId: claim.connectionId },
        { key: claim.connectionId },
      );
    // Each of the passes that find nothing new would only fill the audit log.
    if (!rows[0]?.isFirst && !rows[0]?.isMended) return;
    const [counts] = await tx.db.execute<{ name: string; repositories: number; withFile: number }>(sql`
      select c.name, count(r.id)::int as repositories, count(l.id)::int as "withFile"
      from connections c left join source_repositories r on r.connection_id = c.id and r.gone_at is null
      left join locations l on l.repository_id = r.id where c.id = ${claim.connectionId} group by c.name`);
    if (!counts) return;
    const { name: connectionName, ...found } = counts;
    const payload = { connectionName, ...found };
    await record(tx, { type: "discovery.finished", subjectId: claim.connectionId, payload });
  });
}

async function endRun(ctx: Ctx, claim: RunClaim, error: unknown): Promise<void> {
  const told = findDomainError(error);
  if (told instanceof DiscoveryStopped) {
    await ctx.db.execute(sql`
      update discovery_runs set state = 'cancelled', step = null, "cursor" = null where ${mine(claim)}`);
    return;
  }
  if (told?.code === "too_many") return pauseRun(ctx, claim, told as TooManyError);
  const reason = told?.message ?? "Something went wrong: see the log of the worker";
  await inTransaction(ctx, async (tx) => {
    const rows = await tx.db.execute<{ name: string; isNews: boolean }>(sql`
      update discovery_runs as d set state = 'failed', step = null, failure = ${reason}
      from discovery_runs as o join connections c on c.id = o.connection_id
      where o.connection_id = d.connection_id and d.connection_id = ${claim.connectionId} and d.run = ${claim.run}
        and d.state = 'running'
      returning c.name, o.failure is distinct from ${reason} as "isNews"`);
    const [row] = rows;
    if (!row?.isNews) return;
    const payload = { connectionName: row.name, reason };
    await record(tx, { type: "discovery.failed", subjectId: claim.connectionId, payload });
  });
  if (!told) throw error;
}

/** The host's limit is used up: the rest is done when it is renewed. */
async function pauseRun(ctx: Ctx, claim: RunClaim, error: TooManyError): Promise<void> {
  const seconds = Math.max(1, Math.ceil(error.retryAfterSeconds ?? 60));
  const resumeAt = new Date(ctx.now().getTime() + seconds * 1000).toISOString();
  await inTransaction(ctx, async (tx) => {
    const rows = await tx.db.execute(sql`
      update discovery_runs set state = 'paused', failure = ${error.message}, resume_at = ${resumeAt}::timestamptz
      where ${mine(claim)} returning 1`);
    if (rows.length === 0) return;
    await enqueue(
      tx,
      { name: runDiscoveryJobName },
      { connectionId: claim.connectionId },
      { key: claim.connectionId, startAfterSeconds: seconds + 1 },
    );
  });
}
