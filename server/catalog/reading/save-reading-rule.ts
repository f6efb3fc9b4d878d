import { and, eq, isNull } from "drizzle-orm";
import { entities, sourceReadingRules } from "#db/schema/catalog.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, invalid, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { ensureRecentSignIn } from "#server/core/recent-sign-in.ts";
import { normaliseRef } from "../entity-ref.ts";
import { changeReadingRulesRefusal } from "../policy.ts";
import type { ReadingRuleId, SaveReadingRule } from "./inputs.ts";
import "../events.ts";

/** Opens the contents of private repositories to a group, or to everybody who works here. Holds from the next click on. */
export async function saveReadingRule(ctx: Ctx, input: SaveReadingRule): Promise<{ id: string }> {
  ensure(changeReadingRulesRefusal(ctx.actor));
  ensureRecentSignIn(ctx.actor, ctx.now());
  const groupRef = input.groupRef === null ? null : groupRefOf(input.groupRef);
  const slugLike = likeOf(input.pattern);
  return inTransaction(ctx, async (tx) => {
    if (groupRef !== null) await ensureGroup(tx, groupRef);
    const [same] = await tx.db
      .select({ id: sourceReadingRules.id })
      .from(sourceReadingRules)
      .where(
        and(
          eq(sourceReadingRules.slugLike, slugLike),
          groupRef === null ? isNull(sourceReadingRules.groupRef) : eq(sourceReadingRules.groupRef, groupRef),
        ),
      );
    if (same) throw conflict("This rule is on the list already", "pattern");
    const [row] = await tx.db
      .insert(sourceReadingRules)
      .values({
        pattern: input.pattern,
        slugLike,
        groupRef,
        createdAt: tx.now(),
        createdBy: actorLabel(tx.actor).name,
      })
      .returning({ id: sourceReadingRules.id });
    const id = row?.id ?? "";
    await record(tx, {
      type: "reading-rule.saved",
      subjectId: id,
      payload: { pattern: input.pattern, groupRef },
    });
    return { id };
  });
}

export async function removeReadingRule(ctx: Ctx, input: ReadingRuleId): Promise<void> {
  ensure(changeReadingRulesRefusal(ctx.actor));
  ensureRecentSignIn(ctx.actor, ctx.now());
  await inTransaction(ctx, async (tx) => {
    const [gone] = await tx.db
      .delete(sourceReadingRules)
      .where(eq(sourceReadingRules.id, input.id))
      .returning({ pattern: sourceReadingRules.pattern, groupRef: sourceReadingRules.groupRef });
    if (!gone) throw notFound("This rule was taken off the list already");
    await record(tx, { type: "reading-rule.removed", subjectId: input.id, payload: gone });
  });
}

/** What `like` makes of a pattern: only the star is special, and names are compared in lower case. */
const likeOf = (pattern: string) =>
  pattern
    .toLowerCase()
    .replace(/[\\%_]/g, "\\$&")
    .replaceAll("*", "%");

function groupRefOf(text: string): string {
  const ref = normaliseRef(text, { kind: "group" });
  if (!ref?.startsWith("group:"))
    throw invalid("Name a group of the catalog, such as group:default/payments", "groupRef");
  return ref;
}

/** A rule for a group that nobody is in yet would look as if it opened something. */
async function ensureGroup(tx: Ctx, ref: string): Promise<void> {
  const [group] = await tx.db.select({ id: entities.id }).from(entities).where(eq(entities.ref, ref));
  if (!group) throw invalid(`The catalog has no ${ref}: check the name`, "groupRef");
}
