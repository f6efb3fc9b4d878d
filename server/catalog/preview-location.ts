import { and, eq, lt, sql } from "drizzle-orm";
import { locationPreviews } from "#db/schema/catalog-api.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, findDomainError, notFound } from "#server/core/errors.ts";
import { defineJob, enqueue, type JobTools } from "#server/core/jobs.ts";
import { collectEntries } from "./collect-entries.ts";
import type { RegisterLocation } from "./inputs.ts";
import { parseAddress } from "./location-address.ts";
import type { Verdict } from "./model.ts";
import { registerRefusal } from "./policy.ts";
import { openTree } from "./trees/open-tree.ts";

/** An entry that an address would bring; `entity` is the document as REST would send it, without id and relations. */
export type PreviewedEntry = {
  ref: string;
  verdict: Verdict;
  /** Its file: a web address where it has one, else the path inside. */
  file: string;
  problems: string[];
  entity: Record<string, unknown>;
};

export type Preview = {
  target: string;
  isRegistered: boolean;
  state: "waiting" | "done" | "failed";
  failure: string | null;
  entries: PreviewedEntry[];
};

const mostEntries = 1000;
const keptMs = 3_600_000;

/** Has the worker look at what an address would bring, without registering it. Throws for the field "target" what is none. */
export async function previewLocation(ctx: Ctx, input: RegisterLocation): Promise<{ id: string }> {
  ensure(registerRefusal(ctx.actor));
  const { type, target } = parseAddress(input.target);
  ensure(registerRefusal(ctx.actor, type));
  return inTransaction(ctx, async (tx) => {
    await tx.db
      .delete(locationPreviews)
      .where(lt(locationPreviews.createdAt, new Date(ctx.now().getTime() - keptMs)));
    const createdBy = actorLabel(ctx.actor).name;
    const [row] = await tx.db
      .insert(locationPreviews)
      .values({ target, state: "waiting", createdAt: ctx.now(), createdBy })
      .returning({ id: locationPreviews.id });
    if (!row) throw new Error("An insert returned no row");
    await enqueue(tx, { name: previewJobName }, { id: row.id });
    return row;
  });
}

/** How a preview stands. */
export async function readPreview(ctx: Ctx, input: { id: string }): Promise<Preview> {
  ensure(registerRefusal(ctx.actor));
  const [row] = await ctx.db
    .select({
      target: locationPreviews.target,
      state: locationPreviews.state,
      failure: locationPreviews.failure,
      result: locationPreviews.result,
      isRegistered: sql<boolean>`exists (select from locations l where l.target = ${locationPreviews.target})`,
    })
    .from(locationPreviews)
    .where(eq(locationPreviews.id, input.id));
  if (!row) throw notFound("This preview is gone: ask for it again");
  const { result, ...preview } = row;
  return { ...preview, entries: result ? (JSON.parse(result) as PreviewedEntry[]) : [] };
}

const previewJobName = "catalog-preview-location";

export const previewLocationJob = defineJob<{ id: string }>({
  name: previewJobName,
  retryLimit: 0,
  expireInSeconds: 300,
  work: async (tools, { id }) => {
    const of = and(eq(locationPreviews.id, id), eq(locationPreviews.state, "waiting"));
    const [row] = await tools.ctx.db
      .select({ target: locationPreviews.target })
      .from(locationPreviews)
      .where(of);
    if (!row) return;
    const found = await look(tools, row.target).then(
      (entries) => ({ state: "done" as const, result: JSON.stringify(entries) }),
      (error: unknown) => ({ state: "failed" as const, failure: sentenceOf(error) }),
    );
    await tools.ctx.db.update(locationPreviews).set(found).where(of);
  },
});

const sentenceOf = (error: unknown) =>
  findDomainError(error)?.message ?? "Something went wrong while looking: see the log of the worker";

async function look({ outside, signal }: JobTools, target: string): Promise<PreviewedEntry[]> {
  const opened = await openTree(parseAddress(target), outside);
  try {
    const origin = /^https?:/.test(target) ? `url:${target}` : `file:${target}`;
    const onFile = async () => signal.throwIfAborted();
    const { entries, problems } = await collectEntries(opened, { outside, origin, onFile });
    return entries.slice(0, mostEntries).map((entry) => ({
      ref: entry.ref,
      verdict: entry.verdict,
      file: entry.sourceUrl ?? entry.file,
      problems: problems
        .filter((problem) => problem.ref === entry.ref && problem.severity === "error")
        .map(({ message }) => message),
      entity: JSON.parse(`{"metadata":{${entry.headRest}}`) as Record<string, unknown>,
    }));
  } finally {
    await opened.tree.close();
  }
}
