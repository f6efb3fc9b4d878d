import { and, eq } from "drizzle-orm";
import { docsPages, docsVotes } from "#db/schema/docs.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { VoteOnPage } from "./inputs.ts";
import { voteRefusal } from "./policy.ts";
import { getSiteId } from "./reads/find-site.ts";
import "./events.ts";

/**
 * Says whether a page was useful: one answer of a person for each page, which they may change or take back. The audit log
 * tells that they answered, and not what they think of whose page.
 */
export async function voteOnPage(ctx: Ctx, input: VoteOnPage): Promise<void> {
  ensure(voteRefusal(ctx.actor));
  const { actor } = ctx;
  if (actor.kind !== "user") return;
  await inTransaction(ctx, async (tx) => {
    const site = await getSiteId(tx, input.ref);
    const [page] = await tx.db
      .select({ path: docsPages.path })
      .from(docsPages)
      .where(and(eq(docsPages.siteId, site.id), eq(docsPages.path, input.path)));
    if (!page) throw notFound("The documentation has no such page");
    await record(tx, {
      type: "docs.answered",
      subjectId: site.ref,
      payload: { entityRef: site.ref, path: page.path },
      isDemo: site.isDemo,
    });
    const key = { entityRef: site.ref, path: page.path, userId: actor.id };
    if (input.isUseful === null) {
      await tx.db
        .delete(docsVotes)
        .where(
          and(
            eq(docsVotes.entityRef, key.entityRef),
            eq(docsVotes.path, key.path),
            eq(docsVotes.userId, key.userId),
          ),
        );
      return;
    }
    const values = { isUseful: input.isUseful, comment: input.comment || null, votedAt: tx.now() };
    await tx.db
      .insert(docsVotes)
      .values({ ...key, ...values })
      .onConflictDoUpdate({ target: [docsVotes.entityRef, docsVotes.path, docsVotes.userId], set: values });
  });
}
