import type { IncomingMessage, ServerResponse } from "node:http";
import type { Db } from "#db/types.ts";
import { systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { findDomainError, httpStatus } from "#server/core/errors.ts";
import type { Keyring } from "#server/core/keyring.ts";
import type { Logger } from "#server/core/log.ts";
import { receiverKinds, receiverWords } from "#server/delivery/sources/model.ts";
import {
  findReceiver,
  receiveIncidents,
  refuseHead,
  type Shown,
} from "#server/delivery/sources/receive-incidents.ts";
import { readRawBody } from "./read-raw-body.ts";
import { Slots } from "./slots.ts";

type Deps = { db: Db; now: () => Date; keyring: Keyring; log: Pick<Logger, "error"> };
type Failure = { code: string; message: string };
type Answer =
  | { status: number; body: { error: Failure } }
  | { status: 202; body: Awaited<ReturnType<typeof receiveIncidents>> };

const path = new RegExp(`^/api/webhooks/(${receiverKinds.join("|")})(?:/([^/]{1,100}))?/?$`);
const maxBytes = 2_000_000;

export const isIncidentWebhook = (pathname: string): boolean => path.test(pathname);

/**
 * Answers `POST /api/webhooks/{pagerduty,opsgenie,alertmanager}/:receiver`: 202 once what it says is in the database, 401
 * for a wrong secret or signature, 400 for a body that cannot be read, 503 when the sender should try again.
 */
export function makeIncidentReceiver(deps: Deps) {
  const large = new Slots(16_000_000, { waiting: 100, timeoutMs: 8_000 });

  async function answer(request: IncomingMessage, url: URL): Promise<Answer> {
    const [, kind = "", id = ""] = path.exec(url.pathname) ?? [];
    if (request.method !== "POST") return failed(405, "invalid", "Webhooks come by POST");
    const ctx: Ctx = { db: deps.db, actor: systemActor(`Webhooks of ${kindWords(kind)}`), now: deps.now };
    const receiver = await findReceiver(ctx, deps.keyring, { kind, id });
    if (!receiver)
      return failed(404, "not_found", "No such receiver: its address is shown under Admin, Delivery");
    const shown: Shown = {
      authorization: one(request.headers.authorization),
      signature: one(request.headers["x-pagerduty-signature"]),
    };
    refuseHead(receiver, shown);
    const raw = await readRawBody(request, { maxBytes, largeBytes: 100_000, timeoutMs: 30_000, large });
    if (raw.state === "too large") return failed(413, "too_large", "The body is larger than 2 MB");
    if (raw.state !== "read")
      return failed(503, "unavailable", "The body did not arrive: send it again in a minute");
    try {
      return { status: 202, body: await receiveIncidents(ctx, receiver, shown, raw.body) };
    } finally {
      raw.release();
    }
  }

  return async (request: IncomingMessage, response: ServerResponse, url: URL, requestId: string) => {
    const told = await answer(request, url).catch((error: unknown): Answer => {
      const known = findDomainError(error);
      if (known) return failed(httpStatus[known.code], known.code, known.message);
      deps.log.error({ err: error, requestId }, "A webhook of a pager could not be stored");
      return failed(503, "unavailable", "The webhook could not be stored: send it again in a minute");
    });
    const headers: Record<string, string> = {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
    };
    if (told.status === 503) headers["retry-after"] = "60";
    if (told.status === 405) headers.allow = "POST";
    // Whatever of the body was not read flows past, so that the sender gets to read the answer.
    request.resume();
    const body = "error" in told.body ? { error: { ...told.body.error, requestId } } : told.body;
    response.writeHead(told.status, headers).end(JSON.stringify(body));
  };
}

const failed = (status: number, code: string, message: string) => ({
  status,
  body: { error: { code, message } },
});
const one = (value: string | string[] | undefined): string | null =>
  (Array.isArray(value) ? value[0] : value) ?? null;
const kindWords = (kind: string): string =>
  receiverWords[receiverKinds.find((known) => known === kind) ?? "alertmanager"];
