// 29: the release before and this one beside each other while the schema changes, and the way back.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { watch } from "../observer.mjs";
import { makeCluster } from "../postgres-server.mjs";
import { offer, redeliver } from "../sender.mjs";
import { addPortal, canaries, checkAll, untilNormal } from "../stage.mjs";
import { checkAnswers } from "./database.mjs";

async function sideBySide({ open, stream, old, root, folder }) {
  const cluster = join(`${folder}-old`, "postgres");
  const stage = await open({
    makeCluster: (port) => makeCluster(root, cluster, canaries.password, port),
    cluster,
  });
  const before = await addPortal(stage, "a", { root: old });
  await watch(stage.sql);
  const pids = before.pids();
  const load = offer(stage.sender, stream.deliveries, 25);
  await sleep(2000);
  const after = await addPortal(stage, "b");
  const problems = [];
  // Both take webhooks now, and both workers work.
  await sleep(3000);
  stage.address = after.address;
  await sleep(3000);
  stage.address = before.address;
  await sleep(2000);
  if (JSON.stringify(before.pids()) !== JSON.stringify(pids))
    problems.push("A process of the old release ended");
  stage.address = after.address;
  await before.stop();
  const began = performance.now();
  await load;
  await redeliver(stage.sender, stream.deliveries);
  await untilNormal(stage);
  const seconds = (performance.now() - began) / 1000;
  problems.push(...checkAnswers(stage.sender.book, { isWebUp: false }));
  problems.push(...(await checkWayBack(stage, after, old)));
  problems.push(...(await checkAll(stage, { stream })));
  return { problems, seconds };
}

/** The old release either works on the new schema or says in a sentence that it will not, and then nothing has changed. */
async function checkWayBack(stage, after, old) {
  await after.stop();
  const back = await addPortal(stage, "a", { root: old, isAwaited: false });
  const outcome = await Promise.race([
    back.ended.then(() => "ended"),
    untilNormal(stage, { patienceSeconds: 60 }).then(
      () => "works",
      () => "neither",
    ),
  ]);
  const problems = [];
  if (outcome === "neither") problems.push("The old release neither works on the new schema nor refuses it");
  if (outcome === "ended" && !/newer release/.test(back.output().slice(-2000)))
    problems.push(`The old release refuses the new schema without saying why: ${back.output().slice(-200)}`);
  await back.stop();
  await addPortal(stage, "b");
  stage.address = stage.portals.at(-1).address;
  await untilNormal(stage);
  return problems;
}

export const releaseCases = [
  {
    number: "29",
    title: "old and new release side by side during a migration, and back",
    goalSeconds: 60,
    skip: ({ old }) => (old ? null : "name the built tree of the release before: --old FOLDER"),
    run: sideBySide,
  },
];
