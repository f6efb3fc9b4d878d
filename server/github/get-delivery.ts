import { and, asc, desc, eq } from "drizzle-orm";
import { connections, events } from "#db/schema/core.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import type { DeliveryId } from "./inputs.ts";
import { type DeliveryDetail, type ShownPayload, shownPayloadLength } from "./model.ts";
import { readDeliveriesRefusal, replayRefusal } from "./policy.ts";
import { rowColumns } from "./read.ts";
import { readBody } from "./read-body.ts";

/** One webhook with its payload, what came of it and who replayed it. */
export async function getDelivery(ctx: Ctx, input: DeliveryId): Promise<DeliveryDetail> {
  ensure(readDeliveriesRefusal(ctx.actor));
  const [row] = await ctx.db
    .select({
      ...rowColumns,
      body: webhookDeliveries.body,
      sha256: webhookDeliveries.bodySha256,
      headers: webhookDeliveries.headers,
      finishedAt: webhookDeliveries.finishedAt,
      conflictOf: webhookDeliveries.conflictOf,
      connectionName: connections.name,
    })
    .from(webhookDeliveries)
    .leftJoin(connections, eq(connections.id, webhookDeliveries.connectionId))
    .where(eq(webhookDeliveries.id, input.id));
  if (!row) throw notFound(`There is no webhook ${input.id}; it may have been removed`);
  const { body, headers, ...rest } = row;
  return {
    ...rest,
    sha256: row.sha256.toString("hex"),
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    payload: row.purgedAt ? { form: "text", text: "", isCut: false } : showPayload(body),
    conflicts: await readConflicts(ctx, input.id),
    replays: await readReplays(ctx, input.id),
    may: { replay: replayRefusal(ctx.actor, row) },
  };
}

function readConflicts(ctx: Ctx, id: number): Promise<{ id: number; receivedAt: Date }[]> {
  return ctx.db
    .select({ id: webhookDeliveries.id, receivedAt: webhookDeliveries.receivedAt })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.conflictOf, id))
    .orderBy(asc(webhookDeliveries.id))
    .limit(50);
}

async function readReplays(ctx: Ctx, id: number): Promise<{ at: Date; by: string }[]> {
  return ctx.db
    .select({ at: events.at, by: events.actorName })
    .from(events)
    .where(
      and(
        eq(events.subjectType, "webhook"),
        eq(events.subjectId, String(id)),
        eq(events.type, "webhook.replayed"),
      ),
    )
    .orderBy(desc(events.id))
    .limit(50);
}

/** Indenting a large payload would hold up the process for seconds; that one is shown as it came. */
const mostBytesToIndent = 2_000_000;

/** Readable JSON is indented; anything else is shown with its unprintable bytes escaped. */
export function showPayload(body: Uint8Array): ShownPayload {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.byteLength <= mostBytesToIndent) {
    const read = readBody(bytes);
    const pretty = "payload" in read ? indent(read.payload) : null;
    if (pretty !== null) return cut("json", pretty);
  }
  return cut("text", escapeBytes(bytes.subarray(0, shownPayloadLength + 1)));
}

/** Null for what nests too deep to be written out. */
function indent(payload: unknown): string | null {
  try {
    return JSON.stringify(payload, null, 2);
  } catch {
    return null;
  }
}

function cut(form: ShownPayload["form"], text: string): ShownPayload {
  const isCut = text.length > shownPayloadLength;
  return { form, text: isCut ? text.slice(0, shownPayloadLength) : text, isCut };
}

/** Printable characters stay; control characters and bytes that are no UTF-8 are written as \\x.. escapes. */
function escapeBytes(bytes: Buffer): string {
  const hex = (text: string) =>
    [...Buffer.from(text, "latin1")].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
  const text = isUtf8Text(bytes)
    ? bytes.toString("utf8")
    : bytes.toString("latin1").replace(/[\u0080-\u00ff]/g, hex);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are looked for
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, hex);
}

function isUtf8Text(bytes: Buffer): boolean {
  try {
    // A character may be cut in two at the end, hence the stream.
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
