import { createHmac } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { incidentReceivers } from "#db/schema/delivery-sources.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { isEqualSecret, open, sha256 } from "#server/core/crypto.ts";
import { DomainError, findDomainError, invalid } from "#server/core/errors.ts";
import { readJsonText } from "#server/core/json-text.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { incidentReceiverPlace } from "#server/core/sealed-columns.ts";
import { type IncidentFact, mergeIncidents } from "./merge-reported.ts";
import { mostAheadMs, type ReceiverKind, receiverWords } from "./model.ts";
import { readAlertmanager } from "./pagers/read-alertmanager.ts";
import { readOpsgenie } from "./pagers/read-opsgenie.ts";
import { readPagerDuty } from "./pagers/read-pagerduty.ts";
import type { Told, ToldIncident } from "./pagers/told.ts";
import { stampOf } from "./report-deployment.ts";

export type Receiver = { id: string; kind: ReceiverKind; name: string; secret: string };

/** What the sender showed: the header Authorization, or PagerDuty's signatures of the body. */
export type Shown = { authorization: string | null; signature: string | null };

const readers: Readonly<Record<ReceiverKind, (body: unknown) => Told>> = {
  pagerduty: readPagerDuty,
  opsgenie: readOpsgenie,
  alertmanager: readAlertmanager,
};

/** The receiver at an address, with its secret in the clear for the moment of a comparison; null where there is none. */
export async function findReceiver(
  ctx: Ctx,
  keyring: Keyring,
  { kind, id }: { kind: string; id: string },
): Promise<Receiver | null> {
  if (!/^[0-9a-f-]{36}$/.test(id)) return null;
  const [row] = await ctx.db
    .select()
    .from(incidentReceivers)
    .where(and(eq(incidentReceivers.id, id), eq(incidentReceivers.isOn, true)));
  if (!row || row.kind !== kind) return null;
  const secret = open(keyring, incidentReceiverPlace(row.id), row.sealed);
  return { id: row.id, kind: row.kind, name: row.name, secret };
}

/** What a header alone can show: refused before a byte of the body is read. */
export function refuseHead(receiver: Receiver, shown: Shown): void {
  if (receiver.kind === "pagerduty") {
    if (!shown.signature)
      throw unauthenticated(
        "The header X-PagerDuty-Signature is missing: this address takes V3 webhooks of PagerDuty",
      );
    return;
  }
  const token = /^bearer\s+(\S+)$/i.exec(shown.authorization ?? "")?.[1];
  if (!token) throw unauthenticated("Send the receiver's secret: Authorization: Bearer <secret>");
  if (!isEqualSecret(sha256(token), sha256(receiver.secret)))
    throw unauthenticated("The secret is none of this receiver's: make a new one under Admin, Delivery");
}

/**
 * Takes a webhook of a pager: what it says is written before it is answered. Throws `unauthenticated` for a wrong signature
 * and `invalid` for a body that cannot be read, which is also shown beside the receiver.
 */
export async function receiveIncidents(
  ctx: Ctx,
  receiver: Receiver,
  shown: Shown,
  body: Buffer,
): Promise<{ incidents: number; ignored: string | null }> {
  refuseHead(receiver, shown);
  if (receiver.kind === "pagerduty") refuseSignature(receiver, shown.signature ?? "", body);
  const told = notAhead(readBody(receiver, body), ctx.now());
  if (told.state === "unreadable") {
    await ctx.db
      .update(incidentReceivers)
      .set({ failure: told.reason.slice(0, 500).toWellFormed(), failedAt: ctx.now() })
      .where(eq(incidentReceivers.id, receiver.id));
    throw invalid(`This is not what ${receiverWords[receiver.kind]} sends: ${told.reason}`);
  }
  const incidents = told.state === "told" ? told.incidents : [];
  await inTransaction(ctx, async (tx) => {
    await tx.db
      .update(incidentReceivers)
      .set({ lastReceivedAt: tx.now(), failure: null, failedAt: null })
      .where(eq(incidentReceivers.id, receiver.id));
    await mergeIncidents(
      tx,
      incidents.map((incident) => toFact(receiver, incident)),
    );
  });
  return { incidents: incidents.length, ignored: told.state === "ignored" ? told.reason : null };
}

const unauthenticated = (message: string) => new DomainError("unauthenticated", message);

/** "v1=<hex>", several while a secret is being changed; HMAC-SHA256 of the body as it came ("Webhook signatures"). */
function refuseSignature(receiver: Receiver, header: string, body: Buffer): void {
  const expected = Buffer.from(`v1=${createHmac("sha256", receiver.secret).update(body).digest("hex")}`);
  const isSigned = header
    .split(",")
    .slice(0, 10)
    .some((one) => isEqualSecret(Buffer.from(one.trim()), expected));
  if (!isSigned) throw unauthenticated("The signature does not fit: enter the secret of this webhook anew");
}

/** An incident of the day after tomorrow would stay open until then: some clock is wrong. */
function notAhead(told: Told, now: Date): Told {
  const limit = new Date(now.getTime() + mostAheadMs);
  const ahead = (told.state === "told" ? told.incidents : []).find(
    ({ openedAt, asOf }) => openedAt > limit || asOf > limit,
  );
  if (!ahead) return told;
  const at = (ahead.asOf > limit ? ahead.asOf : ahead.openedAt).toISOString();
  return {
    state: "unreadable",
    reason: `${at} is more than a day ahead of the portal's clock. Set the wrong clock right.`,
  };
}

function readBody(receiver: Receiver, body: Buffer): Told {
  try {
    return readers[receiver.kind](readJsonText(body.toString("utf8")));
  } catch (error) {
    const known = findDomainError(error);
    if (!known) throw error;
    return { state: "unreadable", reason: known.message };
  }
}

/** Two Alertmanagers may give the same fingerprint to alerts of two clusters; the others' ids are theirs alone. */
function toFact(receiver: Receiver, told: ToldIncident): IncidentFact {
  const key = receiver.kind === "alertmanager" ? `${receiver.id}:${told.key}` : told.key;
  return { ...told, source: receiver.kind, key, asOfGuid: stampOf(Object.values(told)) };
}
