import { sql } from "drizzle-orm";
import type { ListCursor } from "#db/schema/delivery-import.ts";
import type { HostDeployment, SourceHost } from "#server/connections/source-host.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { findDomainError, notFound } from "#server/core/errors.ts";
import { incidentLabel, incidentList, pullRequestList, readNewer } from "../comparison/take-changed.ts";
import type { DeliveryFacts } from "../facts.ts";
import { completeHistory } from "../history/complete-history.ts";
import { markRefsDue, markServicesDue } from "../projection/mark-services-due.ts";
import { namedRepositories } from "../repositories/named-repositories.ts";
import { writeFacts } from "../write-facts.ts";
import { hostRepositoryFact, readHostDeployment } from "./host-facts.ts";
import type { ImportRun, Meter } from "./import-run.ts";
import { noteObserved } from "./note-observed.ts";
import { keepCursors, keepNewest, keepSlice, type Part } from "./part.ts";
import { type HostList, readList } from "./read-list.ts";
import { nextSlice } from "./turns.ts";

export type Pass = {
  ctx: Ctx;
  host: SourceHost;
  run: ImportRun;
  meter: Meter;
  /** Throws when it is time to end. */
  check: () => void;
  onDeployments: (count: number) => void;
};

/** Deployments whose states are asked for side by side, and written together. */
const statesAtOnce = 8;

/**
 * Reads what comes next of a repository: its newest deployment where nothing was read yet, else the next slice below what
 * is whole, with its deployments, pull requests, incidents and the commits that all of them lead to. Without deployments
 * there is no history; what else may not be read is told with the slice. Throws as the host does.
 */
export async function readSlice(pass: Pass, part: Part): Promise<void> {
  await identify(pass, part);
  if (!part.hasNewest && part.slices === 0 && part.rank < 2) return readNewest(pass, part);
  const slice = nextSlice(part);
  const { from } = slice;
  await read(pass, part, from, deploymentList(pass, part, from));
  const troubles = [
    await tolerant(() => read(pass, part, from, pullRequests(pass, part))),
    await tolerant(() => read(pass, part, from, incidents(pass, part))),
    await tolerant(() => readCommits(pass, part)),
  ].filter((trouble) => trouble !== null);
  await finish(pass, part, slice, troubles.length > 0 ? troubles.join(". ") : null);
}

/** A name can be another repository's by now: what is asked for by it must be of the one that is meant. */
async function identify({ ctx, host, meter, check }: Pass, part: Part): Promise<void> {
  check();
  count(part, meter, 1);
  const found = await host.getRepository(part.repository.fullName);
  if (found.externalId !== part.repository.externalId)
    throw notFound(
      `${part.repository.fullName} is another repository now: this one was deleted, or it was renamed and is found again under its new name`,
    );
  part.repository = { ...part.repository, fullName: found.fullName, defaultBranch: found.defaultBranch };
  const at = ctx.now();
  const [row] = await ctx.db.execute<{ name: string }>(sql`
    select full_name as name from repositories where id = ${part.subject}`);
  if (row && row.name !== found.fullName)
    await inTransaction(ctx, (tx) =>
      writeFacts(tx, [{ repository: { ...hostRepositoryFact(part.repository, at), asOf: at } }]),
    );
}

async function readNewest(pass: Pass, part: Part): Promise<void> {
  const { ctx, host, run, meter } = pass;
  count(part, meter, 1);
  let newest: HostDeployment | undefined;
  for await (const page of host.listDeployments(part.repository.fullName, part.reach)) {
    newest = page[0];
    break;
  }
  const facts = newest ? await readStates(pass, part, [newest]) : [];
  await inTransaction(ctx, async (tx) => {
    await keepNewest(tx, run, part);
    await write(tx, facts);
  });
  pass.onDeployments(facts.length > 0 ? 1 : 0);
}

function deploymentList(pass: Pass, part: Part, from: Date): HostList<HostDeployment> {
  const { ctx, host } = pass;
  const isOrdered = host.kind === "github";
  const since = isOrdered ? part.reach : from;
  return {
    kind: "deployments",
    open: (page) => host.listDeployments(part.repository.fullName, since, page),
    since,
    keyOf: ({ id }) => id,
    timeOf: ({ createdAt }) => createdAt,
    isOrdered,
    atOnce: statesAtOnce,
    take: async (rows, cursor) => {
      const known = await readEnded(ctx, part.subject, rows);
      const missing = rows.filter(({ id }) => !known.has(id));
      const facts = await readStates(pass, part, missing);
      await keepWith(pass, part, { deployments: cursor }, facts);
      pass.onDeployments(missing.length);
    },
  };
}

/** Those whose end is known need not be asked about. */
async function readEnded(
  ctx: Ctx,
  subject: string,
  rows: readonly HostDeployment[],
): Promise<ReadonlySet<string>> {
  if (rows.length === 0) return new Set();
  const ids = rows.flatMap(({ id }) => (/^\d{1,18}$/.test(id) ? [id] : []));
  const found = await ctx.db.execute<{ number: string }>(sql`
    select number::text as number from deployments where repository_id = ${subject}
      and number = any(${sql.param(ids)}::bigint[]) and (succeeded_at is not null or failed_at is not null)`);
  return new Set(found.map(({ number }) => number));
}

async function readStates(
  { host, meter, check }: Pass,
  part: Part,
  deployments: readonly HostDeployment[],
): Promise<DeliveryFacts[]> {
  check();
  count(part, meter, deployments.length);
  const answers = await Promise.allSettled(
    deployments.map(({ id }) => host.listDeploymentStatuses(part.repository.fullName, id)),
  );
  return answers.flatMap((answer, index) => {
    const deployment = deployments[index];
    if (answer.status === "fulfilled" && deployment)
      return readHostDeployment(part.repository, deployment, answer.value, part.until);
    // Taken away since it was listed.
    if (answer.status === "rejected" && findDomainError(answer.reason)?.code === "not_found") return [];
    throw answer.status === "rejected" ? answer.reason : new Error("A deployment was lost");
  });
}

const pullRequests = (pass: Pass, part: Part) =>
  changeList(pass, part, {
    kind: "pullRequests",
    open: (page) => pass.host.listPullRequests(part.repository.fullName, part.reach, page),
    facts: (rows) => readNewer(pass.ctx, part.repository, rows, pullRequestList),
  });

const incidents = (pass: Pass, part: Part) =>
  changeList(pass, part, {
    kind: "issues",
    open: (page) => pass.host.listIssues(part.repository.fullName, incidentLabel, part.reach, page),
    facts: (rows) => readNewer(pass.ctx, part.repository, rows, incidentList),
  });

/** A list by the time of the last change, of which whole pages are taken. */
function changeList<Row extends { number: number; updatedAt: Date }>(
  pass: Pass,
  part: Part,
  list: Pick<HostList<Row>, "kind" | "open"> & { facts: (rows: readonly Row[]) => Promise<DeliveryFacts[]> },
): HostList<Row> {
  return {
    ...list,
    since: part.reach,
    keyOf: ({ number }) => String(number),
    timeOf: ({ updatedAt }) => updatedAt,
    isOrdered: true,
    atOnce: 100,
    take: async (rows, cursor) => {
      pass.check();
      const facts = rows.length > 0 ? await list.facts(rows) : [];
      await keepWith(pass, part, { [list.kind]: cursor }, facts);
    },
  };
}

const read = <Row>({ meter }: Pass, part: Part, from: Date, list: HostList<Row>): Promise<void> =>
  readList(part.cursors[list.kind], from, list, () => count(part, meter, 1));

async function readCommits({ ctx, host, meter, check }: Pass, part: Part): Promise<void> {
  await completeHistory(ctx, host, hostRepositoryFact(part.repository, part.until), () => {
    check();
    count(part, meter, 1);
  });
}

/** What may not be read, or is not there, is no reason to give up the rest; everything else is thrown on. */
async function tolerant(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    const told = findDomainError(error);
    if (told && ["forbidden", "not_found", "invalid", "conflict"].includes(told.code)) return told.message;
    throw error;
  }
}

function count(part: Part, meter: Meter, requests: number): void {
  part.requests += requests;
  meter.count(requests);
}

async function keepWith(
  { ctx, run }: Pass,
  part: Part,
  cursors: Record<string, ListCursor>,
  facts: readonly DeliveryFacts[],
): Promise<void> {
  part.cursors = { ...part.cursors, ...cursors };
  await inTransaction(ctx, async (tx) => {
    await keepCursors(tx, run, part);
    await write(tx, facts);
  });
}

async function write(tx: Ctx, facts: readonly DeliveryFacts[]): Promise<void> {
  if (facts.length === 0) return;
  await writeFacts(tx, facts);
  await markServicesDue(tx, facts);
}

/** From now on the time of the slice counts as observed, also where nothing was found in it. */
async function finish(
  { ctx, run, check }: Pass,
  part: Part,
  slice: { from: Date; to: Date },
  trouble: string | null,
): Promise<void> {
  check();
  const { from } = slice;
  await inTransaction(ctx, async (tx) => {
    await keepSlice(tx, run, part, { ...slice, trouble });
    await writeFacts(tx, [{ repository: hostRepositoryFact(part.repository, from) }]);
    const reason = `Read from ${new URL(part.repository.url).hostname}`;
    await noteObserved(tx, { subject: part.subject, from, until: part.until, reason });
    const services = await tx.db.execute<{ ref: string }>(sql`
      select v.entity_ref as ref from ${namedRepositories} r join entities e on e.project_slug = r.named
      join delivery_services v on v.entity_ref = e.ref where r.id = ${part.subject} and e.kind_key = 'component'`);
    await markRefsDue(
      tx,
      services.map(({ ref }) => ref),
      from,
    );
  });
}
