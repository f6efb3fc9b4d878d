// Sends webhooks and keeps its own book of them: what was answered, how fast, and the SHA-256 of all that was accepted.
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { sha256, sign } from "./deliveries.mjs";

/** GitHub hangs up after ten seconds. */
const patienceMs = 10_000;

/** `address` is asked anew each time, so that a load can go to several portals. */
export function makeSender({ address, secret }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const book = { accepted: new Map(), answers: [], forged: [], bodies: [] };
  let current = secret;

  function post(delivery, signature) {
    const began = performance.now();
    return new Promise((resolve) => {
      const done = (status, text = "") => resolve({ status, text, ms: performance.now() - began });
      const sent = request(
        `${address()}/api/webhooks/github`,
        {
          method: "POST",
          agent,
          headers: {
            "content-type": "application/json",
            "content-length": delivery.body.length,
            "x-github-event": delivery.event,
            "x-github-delivery": delivery.guid,
            "x-github-hook-id": "4242",
            "x-hub-signature-256": signature,
          },
        },
        (response) => {
          let text = "";
          response.on("data", (data) => (text += data));
          response.on("end", () => done(response.statusCode, text));
          response.on("error", () => done(0));
        },
      );
      const timer = setTimeout(() => sent.destroy(new Error("late")), patienceMs);
      sent.on("close", () => clearTimeout(timer));
      sent.on("error", (error) => done(error.message === "late" ? -1 : 0));
      sent.end(delivery.body);
    });
  }

  /** One attempt; -1 stands for "no answer within ten seconds", 0 for a connection that broke. */
  async function send(delivery, withSecret = current) {
    const answer = await post(delivery, sign(withSecret, delivery.body));
    book.answers.push({ at: Date.now(), guid: delivery.guid, ...answer });
    book.bodies.push(answer.text);
    if (answer.status >= 200 && answer.status < 300) book.accepted.set(delivery.guid, sha256(delivery.body));
    return answer;
  }

  /** The same under a secret that the portal does not know; to be refused whatever happens. */
  async function forge(delivery) {
    const forged = { ...delivery, guid: `f0${delivery.guid.slice(2)}` };
    const answer = await post(forged, sign("a secret that nobody gave to the portal", forged.body));
    book.forged.push({ guid: forged.guid, ...answer });
  }

  return { send, forge, book, signWith: (value) => (current = value), close: () => agent.destroy() };
}

/**
 * Offers the deliveries evenly over `seconds`: each once, every twentieth twice, and for every twentieth a forged one.
 * Resolves when all were answered or given up. What was not accepted is left for `redeliver`.
 */
export async function offer(sender, deliveries, seconds, isWanted = () => true) {
  const gap = (seconds * 1000) / deliveries.length;
  const began = performance.now();
  const running = new Set();
  const run = (work) => {
    running.add(work);
    void work.finally(() => running.delete(work));
  };
  for (const [place, delivery] of deliveries.entries()) {
    const wait = began + place * gap - performance.now();
    if (wait > 0) await sleep(wait);
    if (!isWanted()) break;
    run(sender.send(delivery));
    if (place % 20 === 7) run(sender.send(delivery));
    if (place % 20 === 13) run(sender.forge(delivery));
  }
  await Promise.all(running);
}

/** As GitHub's redelivery: what was not accepted is sent again until it is. Throws when that takes too long. */
export async function redeliver(sender, deliveries, patience = 60_000) {
  const until = Date.now() + patience;
  for (;;) {
    const missing = deliveries.filter(({ guid }) => !sender.book.accepted.has(guid));
    if (missing.length === 0) return;
    if (Date.now() > until)
      throw new Error(`${missing.length} webhooks are not accepted after ${patience / 1000} s`);
    for (const delivery of missing) if ((await sender.send(delivery)).status !== 202) await sleep(300);
  }
}
