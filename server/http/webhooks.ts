import { statfs } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Db } from "#db/types.ts";
import { systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { findDomainError } from "#server/core/errors.ts";
import type { Keyring } from "#server/core/keyring.ts";
import type { Logger } from "#server/core/log.ts";
import { sharedRead } from "#server/core/shared-read.ts";
import { gitlabWebhookPath, readGitlabHead } from "#server/github/gitlab-head.ts";
import { maxBodyBytes, webhookPath } from "#server/github/model.ts";
import { type DeliveryHead, readDeliveryHead } from "#server/github/raw-delivery.ts";
import { findShown } from "#server/github/signature.ts";
import type { Stored } from "#server/github/store-deliveries.ts";
import { makeTogetherReceiver } from "#server/github/store-together.ts";
import { wakeInbox } from "#server/github/wake-inbox.ts";
import { readWebhookSecrets } from "#server/github/webhook-secrets.ts";
import { makeInTime } from "./in-time.ts";
import { type RawBody, readRawBody } from "./read-raw-body.ts";
import { Slots } from "./slots.ts";

export type WebhookDeps = {
  db: Db;
  now: () => Date;
  dataDir: string;
  keyring: Keyring;
  log: Pick<Logger, "error" | "warn">;
  /** Free bytes where the database lies; another answer in tests. */
  freeBytes?: () => Promise<number>;
  /** Longer in tests, which do not measure the machine. */
  waits?: Waits;
};

/** How long a sender waits for a place, and for each answer of the database. */
type Waits = { placeMs: number; databaseMs: number };

/** Both waits for the database together stay below the ten seconds after which GitHub hangs up. */
const usualWaits: Waits = { placeMs: 8_000, databaseMs: 4_000 };

export type WebhookReceiver = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  requestId: string,
) => Promise<void>;

type Answer = { status: number; code?: string; message?: string; stored?: Stored };

const leastFreeBytes = 1_000_000_000;
const path = new RegExp(`^(${webhookPath}|${gitlabWebhookPath})(?:/([^/]{1,200}))?/?$`);

/**
 * Answers `POST /api/webhooks/github[/:connection]` and `POST /api/webhooks/gitlab/:connection` in front of Next, which
 * would cut large bodies. What a header can refuse is refused before a byte of the body is read; nothing is parsed; 202 is
 * said after the commit.
 */
export function makeWebhookReceiver(deps: WebhookDeps): WebhookReceiver {
  const ctx: Ctx = { db: deps.db, actor: systemActor("Webhooks"), now: deps.now };
  const store = makeTogetherReceiver(ctx);
  // Read for each webhook, so that a retired secret stops counting at once; those that come together share one reading.
  const readSecrets = (connection: string | undefined, kind: "github" | "gitlab") =>
    sharedRead(deps.db, `webhook secrets ${kind} ${connection ?? ""}`, () =>
      readWebhookSecrets(ctx, deps.keyring, connection, kind),
    );
  const { placeMs, databaseMs } = deps.waits ?? usualWaits;
  const reading = new Slots(64, { waiting: 2_000, timeoutMs: placeMs });
  const large = new Slots(32_000_000, { waiting: 100, timeoutMs: placeMs });
  const limits = { maxBytes: maxBodyBytes, largeBytes: 1_000_000, timeoutMs: 30_000, large };
  const database = makeInTime(databaseMs, 64);
  const hasRoom = makeRoomCheck(deps);
  const wake = makeWaker(ctx, deps.log);

  async function answer(request: IncomingMessage, url: URL): Promise<Answer> {
    const matched = path.exec(url.pathname);
    if (!matched) return { status: 404, code: "not_found", message: "No webhooks are received here" };
    if (request.method !== "POST") return { status: 405, code: "invalid", message: "Webhooks come by POST" };
    const isGitlab = matched[1] === gitlabWebhookPath;
    if (isGitlab && !matched[2]) return noConnection;
    const head = (isGitlab ? readGitlabHead : readDeliveryHead)(request.headers);
    if ("status" in head) return { ...head, code: head.status === 401 ? "unauthenticated" : "invalid" };
    if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) return tooLarge;
    if (database.isStuck()) return cannotStore;
    const secrets = await database.run(readSecrets(decode(matched[2]), isGitlab ? "gitlab" : "github"));
    if (secrets.length === 0) return isGitlab ? noOwnSecret : noSecret;
    if (isGitlab && !findShown(secrets, head.signature)) return wrongToken;
    if (!(await hasRoom())) return diskFull;
    // A body that says it is large waits in its own line, so that it takes no place from the small ones.
    const isLarge = Number(request.headers["content-length"] ?? 0) > limits.largeBytes;
    const release = isLarge ? () => {} : await reading.take();
    if (!release) return busy;
    try {
      return await receive(request, head, secrets);
    } finally {
      release();
    }
  }

  async function receive(
    request: IncomingMessage,
    head: DeliveryHead,
    secrets: Awaited<ReturnType<typeof readWebhookSecrets>>,
  ): Promise<Answer> {
    const raw = await readRawBody(request, limits);
    if (raw.state !== "read") return bodyAnswers[raw.state];
    try {
      const stored = await database.run(store(secrets, { ...head, body: raw.body }));
      wake();
      return { status: 202, stored };
    } finally {
      raw.release();
    }
  }

  return async (request, response, url, requestId) => {
    const told = await answer(request, url).catch((error: unknown) => {
      const known = findDomainError(error);
      if (known?.code === "unauthenticated") return { status: 401, code: known.code, message: known.message };
      deps.log.error({ err: error, requestId }, "A webhook could not be stored");
      return cannotStore;
    });
    send(response, told, requestId);
  };
}

const unavailable = (message: string): Answer => ({ status: 503, code: "unavailable", message });
const noSecret = unavailable(
  "No webhook secret is configured: set GITHUB_WEBHOOK_SECRET to the one in the webhook's settings",
);
const noConnection: Answer = {
  status: 404,
  code: "not_found",
  message: "GitLab's webhooks have an address for each connection: it is shown with its secret",
};
const noOwnSecret = unavailable("This connection has no webhook secret: make one under Admin, Connections");
const wrongToken: Answer = {
  status: 401,
  code: "unauthenticated",
  message: "The secret token is none of this connection's: enter the one that was made for it",
};
const diskFull = unavailable(
  "Less than 1 GB is free on the disk, so nothing is stored: make room and redeliver",
);
const busy = unavailable("Too many webhooks at once: redeliver this one in a minute");
const cannotStore = unavailable("The webhook could not be stored: redeliver it in a minute");
const tooLarge: Answer = { status: 413, code: "too_large", message: "The body is larger than 25 MB" };
const bodyAnswers: Record<Exclude<RawBody["state"], "read">, Answer> = {
  "too large": tooLarge,
  busy,
  "too slow": { status: 408, code: "invalid", message: "The body did not arrive within 30 seconds" },
  gone: { status: 400, code: "invalid", message: "The connection ended before the body did" },
};

function send(response: ServerResponse, answer: Answer, requestId: string): void {
  const { status, code, message, stored } = answer;
  const body = JSON.stringify(stored ?? { error: { code, message, requestId } });
  const headers: Record<string, string> = {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
  };
  if (status === 503) headers["retry-after"] = "60";
  if (status === 405) headers.allow = "POST";
  response.writeHead(status, headers).end(body);
}

function decode(segment: string | undefined): string | undefined {
  if (segment === undefined) return undefined;
  try {
    return decodeURIComponent(segment).replaceAll("\u0000", "");
  } catch {
    return segment;
  }
}

/** Asks at most once a second. Where the free space cannot be read, storing itself will tell. */
function makeRoomCheck(deps: WebhookDeps): () => Promise<boolean> {
  const ask =
    deps.freeBytes ??
    (async () => {
      const { bavail, bsize } = await statfs(deps.dataDir);
      return bavail * bsize;
    });
  let askedAt = 0;
  let known: Promise<number> = Promise.resolve(Number.POSITIVE_INFINITY);
  return async () => {
    if (Date.now() - askedAt > 1_000) {
      askedAt = Date.now();
      known = ask().catch(() => Number.POSITIVE_INFINITY);
    }
    return (await known) >= leastFreeBytes;
  };
}

/** Wakes the worker once for all webhooks of a tenth of a second. */
function makeWaker(ctx: Ctx, log: WebhookDeps["log"]): () => void {
  let isPlanned = false;
  return () => {
    if (isPlanned) return;
    isPlanned = true;
    setTimeout(() => {
      isPlanned = false;
      wakeInbox(ctx).catch((error: unknown) => log.warn({ err: error }, "The worker was not woken"));
    }, 100).unref();
  };
}
