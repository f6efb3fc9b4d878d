import { sql } from "drizzle-orm";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { DismissProposals, ProposalIds } from "../inputs.ts";
import { decideProposalsRefusal } from "../policy.ts";
import { namesOf, readChosen } from "./adopt-proposals.ts";
import "../events.ts";

/** Says that something is nothing for the catalogue; it does not come back by itself. Undone by `reopenProposals`. */
export async function dismissProposals(ctx: Ctx, input: DismissProposals): Promise<{ count: number }> {
  ensure(decideProposalsRefusal(ctx.actor));
  const { ids, reason } = DismissProposals.parse(input);
  return inTransaction(ctx, async (tx) => {
    const rows = await readChosen(tx, ids);
    const others = rows.filter(({ state }) => state !== "open" && state !== "dismissed");
    if (others.length > 0)
      throw conflict(`${namesOf(others.map(({ name }) => name))}: in the catalog already`);
    for (const row of rows) {
      await tx.db.execute(sql`
        update proposals set state = 'dismissed', reason = ${reason},
          decided_at = ${tx.now().toISOString()}::timestamptz, decided_by_name = ${actorLabel(tx.actor).name}
        where id = ${row.id}`);
      const payload = { name: row.name, repository: row.fullName, path: row.path, reason };
      await record(tx, { type: "proposal.dismissed", subjectId: row.id, payload });
    }
    return { count: rows.length };
  });
}

/** Takes dismissals back. */
export async function reopenProposals(ctx: Ctx, input: ProposalIds): Promise<{ count: number }> {
  ensure(decideProposalsRefusal(ctx.actor));
  const { ids } = ProposalIds.parse(input);
  return inTransaction(ctx, async (tx) => {
    const rows = (await readChosen(tx, ids)).filter(({ state }) => state === "dismissed");
    for (const row of rows) {
      await tx.db.execute(sql`
        update proposals set state = 'open', reason = null, decided_at = null, decided_by_name = null
        where id = ${row.id}`);
      const payload = {
        name: row.name,
        repository: row.fullName,
        path: row.path,
        before: "dismissed" as const,
      };
      await record(tx, { type: "proposal.reopened", subjectId: row.id, payload });
    }
    return { count: rows.length };
  });
}
