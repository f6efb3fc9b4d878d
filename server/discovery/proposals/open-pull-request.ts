import { sql } from "drizzle-orm";
import { fileName } from "#server/catalog/portal-entries/new-file-url.ts";
import { openConnection } from "#server/connections/open-connection.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, findDomainError } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { enqueue, type JobTools } from "#server/core/jobs.ts";
import { ProposalIds } from "../inputs.ts";
import { decideProposalsRefusal } from "../policy.ts";
import { namesOf, readChosen } from "./adopt-proposals.ts";
import "../events.ts";

export const openPullRequestJobName = "discovery-open-pull-request";
const branchOf = (path: string) =>
  `milepost/catalog-info${path === "" ? "" : `-${path.replace(/[^\w.-]+/g, "-")}`}`;

/** Has pull requests opened that bring the files of adopted entries into their repositories. */
export async function requestPullRequests(ctx: Ctx, input: ProposalIds): Promise<{ count: number }> {
  ensure(decideProposalsRefusal(ctx.actor));
  const { ids } = ProposalIds.parse(input);
  return inTransaction(ctx, async (tx) => {
    const rows = await readChosen(tx, ids);
    const early = rows.filter(({ state }) => state !== "adopted");
    if (early.length > 0)
      throw conflict(
        `${namesOf(early.map(({ name }) => name))}: adopt it first, so that its file has something to say`,
      );
    for (const { id, name, fullName, path } of rows) {
      await tx.db.execute(sql`update proposals set reason = null where id = ${id}`);
      const payload = { name, repository: fullName, path };
      await record(tx, { type: "proposal.pull-request-requested", subjectId: id, payload });
      await enqueue(tx, { name: openPullRequestJobName }, { proposalId: id });
    }
    return { count: rows.length };
  });
}

type Row = {
  id: string;
  name: string;
  path: string;
  connectionId: string;
  fullName: string;
  text: string;
};

/** Opens one; what the host refuses stands beside the proposal. Opening the same again answers with the one that is open. */
export async function openPullRequest(tools: JobTools, input: { proposalId: string }): Promise<void> {
  const { ctx, outside } = tools;
  const [row] = await ctx.db.execute<Row>(sql`
    select p.id, p.name, p.path, r.connection_id as "connectionId", r.full_name as "fullName", e.text
    from proposals p join source_repositories r on r.id = p.repository_id
    join portal_entries e on e.ref = p.entity_ref and e.yielded_at is null
    where p.id = ${input.proposalId} and p.state = 'adopted'`);
  if (!row) return;
  const host = await openConnection(ctx, outside, row.connectionId, { isUrgent: true });
  try {
    const { url } = await host.openPullRequest(row.fullName, {
      branch: branchOf(row.path),
      files: { [fileName(row.path)]: row.text },
      title: `Add ${fileName(row.path)}`,
      body: `Describes ${row.name} to the developer portal. Until this is merged, the portal keeps the entry itself; afterwards this file counts.`,
    });
    await inTransaction(ctx, async (tx) => {
      await tx.db.execute(
        sql`update proposals set pull_request_url = ${url}, reason = null where id = ${row.id}`,
      );
      const payload = { name: row.name, repository: row.fullName, url };
      await record(tx, { type: "proposal.pull-request-opened", subjectId: row.id, payload });
    });
  } catch (error) {
    const told = findDomainError(error);
    if (told && told.code !== "too_many")
      await ctx.db.execute(sql`update proposals set reason = ${told.message} where id = ${row.id}`);
    throw error;
  } finally {
    await host.close();
  }
}
