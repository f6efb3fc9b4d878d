import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";

/**
 * A repository that has a file of its own, or is left out, proposes nothing any more. What was adopted and has its place
 * in a file of the repository now is told so: its history stays, its text is the file's.
 */
export async function settleProposals(ctx: Ctx, repositoryId: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await tx.db.execute(sql`delete from proposals where repository_id = ${repositoryId} and state = 'open'`);
    const filed = await tx.db.execute<{
      id: string;
      name: string;
      path: string;
      entityRef: string;
      repository: string;
    }>(sql`
      update proposals p set state = 'filed' from entities e, locations l, source_repositories r
      where p.repository_id = ${repositoryId} and p.state = 'adopted' and e.ref = p.entity_ref
        and l.id = e.location_id and l.repository_id = p.repository_id and r.id = p.repository_id
      returning p.id, p.name, p.path, p.entity_ref as "entityRef", r.full_name as repository`);
    for (const { id, ...payload } of filed)
      await record(tx, { type: "proposal.filed", subjectId: id, payload });
  });
}
