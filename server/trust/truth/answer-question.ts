import { and, eq, isNull } from "drizzle-orm";
import { entityConfirmations, truthQuestions, upkeepItems } from "#db/schema/trust.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { AnswerQuestion } from "../inputs.ts";
import { answerRefusal, judgeRefusal } from "../policy.ts";
import { recomputeTrust } from "../recompute-trust.ts";
import type { FactSort } from "./model.ts";
import "../events.ts";

/** The fields that a right answer vouches for. */
const factOf: Partial<Record<FactSort, string>> = {
  owner: "/spec/owner",
  lifecycle: "/spec/lifecycle",
  description: "/metadata/description",
  repository: "/metadata/annotations/github.com~1project-slug",
};

/** Whoever was asked says whether a fact is right. What is wrong becomes something to put right, with their note. */
export async function answerQuestion(ctx: Ctx, input: AnswerQuestion): Promise<void> {
  ensure(judgeRefusal(ctx.actor));
  const { id, answer, note } = AnswerQuestion.parse(input);
  await inTransaction(ctx, async (tx) => {
    const open = and(eq(truthQuestions.id, id), isNull(truthQuestions.answer));
    const [question] = await tx.db
      .select({
        uid: truthQuestions.entityUid,
        ref: truthQuestions.ref,
        sort: truthQuestions.sort,
        value: truthQuestions.value,
        askedUser: truthQuestions.askedUser,
        isDemo: truthQuestions.isDemo,
      })
      .from(truthQuestions)
      .where(open)
      .for("update");
    // The same answer for a question that is not there and one that somebody else was asked.
    ensure(answerRefusal(tx.actor, question ?? { askedUser: null }));
    if (!question) throw notFound("This question was answered already");
    await tx.db.update(truthQuestions).set({ answer, answeredAt: tx.now() }).where(open);
    const { uid, ref, sort, value, isDemo } = question;
    const entry = { entityUid: uid, ref, isDemo };
    if (answer === "wrong")
      await tx.db
        .insert(upkeepItems)
        .values({ ...entry, sort, value, note, openedAt: tx.now() })
        .onConflictDoNothing();
    const fact = factOf[sort];
    if (answer === "right" && fact)
      await tx.db
        .insert(entityConfirmations)
        .values({ ...entry, fact, at: tx.now(), byName: actorLabel(tx.actor).name });
    await recomputeTrust(tx.db, tx.now(), { uids: [uid] });
    const payload = { entityRef: ref, sort, answer };
    await record(tx, { type: "truth.answered", subjectId: id, payload, isDemo });
  });
}
