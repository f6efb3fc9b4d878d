import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "#db/types.ts";
import { systemActor } from "#server/core/actor.ts";
import { workQueues } from "#server/core/jobs.ts";
import { makeWebhookReceiver } from "#server/http/webhooks.ts";
import { allJobs } from "#server/worker/registry.ts";
import { jobOutside } from "./fake-github/connect.ts";
import { testKeyring } from "./keyring.ts";

const now = () => new Date();

/** The product's own receiver of webhooks behind a real server, and every job with its queue, as a portal runs them. */
export async function runWorker(
  db: Db,
  databaseUrl: string,
): Promise<{ url: string; errors: unknown[]; stop: () => Promise<void> }> {
  const errors: unknown[] = [];
  const receive = makeWebhookReceiver({
    db,
    now,
    dataDir: "/",
    keyring: testKeyring,
    log: { error: (...said: unknown[]) => errors.push(said), warn: () => {} },
    freeBytes: async () => 5e9,
    waits: { placeMs: 120_000, databaseMs: 120_000 },
  });
  const server = createServer((request, response) => {
    void receive(request, response, new URL(request.url ?? "/", "http://localhost"), "request-1");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const queues = await workQueues(databaseUrl, allJobs, {
    ctxFor: (jobName) => ({ db, actor: systemActor(`Job ${jobName}`), now }),
    outside: jobOutside(),
    onError: (error) => errors.push(error),
  });
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await queues.stop();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, errors, stop };
}

/** Asks until the answer is there: what a worker does takes its time. Throws what it last heard after two minutes. */
export async function eventually<Answer>(
  ask: () => Promise<Answer>,
  isThere: (answer: Answer) => boolean,
): Promise<Answer> {
  const endsAt = performance.now() + 120_000;
  for (;;) {
    const answer = await ask();
    if (isThere(answer)) return answer;
    if (performance.now() > endsAt) throw new Error(`Still ${JSON.stringify(answer)}`);
    await sleep(100);
  }
}
