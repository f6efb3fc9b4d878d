// 1 to 3: the web process is killed around the moment at which a webhook is stored.
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { makeProbe, sign } from "../deliveries.mjs";
import { offer, redeliver } from "../sender.mjs";
import { addPortal, canaries, checkAll, untilNormal } from "../stage.mjs";

/** One statement is a transaction of its own: with it the webhooks are stored. */
const storing = ({ app, text }) => app === "milepost-ingest" && /insert into webhook_deliveries/i.test(text);

/** The common frame: a load runs, `fault` kills, what was not accepted is redelivered, all is checked. */
async function aroundKill({ open, stream }, fault) {
  const stage = await open();
  const portal = await addPortal(stage);
  const load = offer(stage.sender, stream.deliveries, 4);
  await sleep(1500);
  const victim = portal.pids().web;
  let began = 0;
  const kill = () => {
    began = performance.now();
    process.kill(victim, "SIGKILL");
  };
  const problems = await fault(stage, kill);
  await load;
  await redeliver(stage.sender, stream.deliveries);
  await untilNormal(stage);
  const seconds = (performance.now() - began) / 1000;
  if (portal.pids().web === victim) problems.push("The web process was not killed: nothing was tried");
  return { problems: [...problems, ...(await checkAll(stage, { stream }))], seconds };
}

const rowsOf = async (stage, guid) =>
  (await stage.sql`select count(*)::int as count from webhook_deliveries where guid = ${guid}`)[0].count;

async function midBody(stage, kill) {
  const delivery = makeProbe();
  const head = [
    "POST /api/webhooks/github HTTP/1.1",
    `host: 127.0.0.1:${stage.port(3)}`,
    "content-type: application/json",
    `content-length: ${delivery.body.length}`,
    `x-github-event: ${delivery.event}`,
    `x-github-delivery: ${delivery.guid}`,
    `x-hub-signature-256: ${sign(canaries.webhook, delivery.body)}`,
  ];
  const socket = connect(stage.port(3), "127.0.0.1");
  let answer = "";
  const closed = new Promise((resolve) => socket.on("close", resolve).on("error", () => {}));
  socket.on("data", (data) => (answer += data));
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  socket.write(delivery.body.subarray(0, delivery.body.length / 2));
  await sleep(200);
  kill();
  await closed;
  const problems = /^HTTP\/1.1 2/.test(answer) ? ["Half a body was accepted"] : [];
  if ((await rowsOf(stage, delivery.guid)) > 0) problems.push("Half a body was stored");
  await redeliver(stage.sender, [delivery]);
  return problems;
}

/** Webhooks caught at the statement that stores them while the load goes on. */
async function atCommit(stage, kill, when) {
  const point = stage.proxies[1].stopAt(storing, when);
  await point.hit;
  // Whoever says yes too early has said it by now.
  await sleep(400);
  kill();
  return [];
}

export const webCases = [
  {
    number: "1",
    title: "kill -9 web in the middle of a body",
    goalSeconds: 60,
    run: (frame) => aroundKill(frame, midBody),
  },
  {
    number: "2",
    title: "kill -9 web after the signature held, before the commit",
    goalSeconds: 60,
    run: (frame) => aroundKill(frame, (stage, kill) => atCommit(stage, kill, "before")),
  },
  {
    number: "3",
    title: "kill -9 web after the commit, before the answer",
    goalSeconds: 60,
    run: (frame) => aroundKill(frame, (stage, kill) => atCommit(stage, kill, "after")),
  },
];
