import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Sent } from "./make-load.ts";

/** GitHub hangs up after ten seconds. */
const patienceMs = 10_000;

/** What the sender knows; `status` 0: the connection broke, -1: no answer within ten seconds. */
export type Answer = { guid: string; status: number; ms: number; atMs: number };
export type Book = {
  answers: Answer[];
  accepted: Set<string>;
  /** By how much the sender itself was behind its plan, in ms. */
  lateness: number[];
};

export type Sender = { send: (delivery: Sent) => Promise<Answer>; book: Book; close: () => void };

export function makeSender(address: string): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const book: Book = { answers: [], accepted: new Set(), lateness: [] };
  const began = performance.now();
  const send = async (delivery: Sent): Promise<Answer> => {
    const atMs = performance.now() - began;
    const status = await post(`${address}/api/webhooks/github`, agent, delivery);
    const answer = { guid: delivery.guid, status, ms: performance.now() - began - atMs, atMs };
    book.answers.push(answer);
    if (status === 202) book.accepted.add(delivery.guid);
    return answer;
  };
  return { send, book, close: () => agent.destroy() };
}

function post(url: string, agent: Agent, delivery: Sent): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(
      url,
      {
        method: "POST",
        agent,
        headers: {
          "content-type": "application/json",
          "content-length": delivery.body.byteLength,
          "user-agent": "GitHub-Hookshot/bench",
          "x-github-event": delivery.event,
          "x-github-delivery": delivery.guid,
          "x-github-hook-id": "4242",
          "x-hub-signature-256": delivery.signature,
        },
      },
      (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
        response.on("error", () => resolve(0));
      },
    );
    const timer = setTimeout(() => sent.destroy(new Error("late")), patienceMs);
    sent.on("close", () => clearTimeout(timer));
    sent.on("error", (error) => resolve(error.message === "late" ? -1 : 0));
    sent.end(delivery.body);
  });
}

/**
 * Offers `rate` webhooks a second for `seconds`, whether or not the former were answered; each twentieth is sent twice.
 * Resolves when each was answered or given up.
 */
export async function offer(
  sender: Sender,
  plan: { rate: number; seconds: number; make: (number: number) => Sent },
): Promise<number> {
  const total = Math.round(plan.rate * plan.seconds);
  const running = new Set<Promise<unknown>>();
  const run = (work: Promise<unknown>) => {
    running.add(work);
    void work.finally(() => running.delete(work));
  };
  const began = performance.now();
  for (let number = 0; number < total; number += 1) {
    const due = began + (number * 1000) / plan.rate;
    const wait = due - performance.now();
    if (wait > 1) await sleep(wait);
    sender.book.lateness.push(Math.max(0, performance.now() - due));
    const delivery = plan.make(number);
    run(sender.send(delivery));
    if (number % 20 === 7) run(sender.send(delivery));
  }
  await Promise.all(running);
  return total;
}

/** As GitHub's redelivery: what was not accepted is sent again until it is. Throws when that takes too long. */
export async function redeliver(
  sender: Sender,
  plan: { total: number; make: (number: number) => Sent; patienceMs: number },
): Promise<number> {
  const until = Date.now() + plan.patienceMs;
  let again = 0;
  for (let number = 0; number < plan.total; number += 1) {
    const delivery = plan.make(number);
    while (!sender.book.accepted.has(delivery.guid)) {
      if (Date.now() > until) throw new Error("Webhooks are still not accepted");
      again += 1;
      if ((await sender.send(delivery)).status !== 202) await sleep(300);
    }
  }
  return again;
}
