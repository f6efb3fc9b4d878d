// Every statement by number, as SQLite does it: the process is killed before the first, the second, the third one …
// until there is none left. One repetition is one statement.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { layCatalogue } from "../catalogue-folder.mjs";
import { makeStream } from "../deliveries.mjs";
import { redeliver } from "../sender.mjs";
import { addPortal, checkAll, registerFolder, untilNormal } from "../stage.mjs";

/** How many numbers are tried of each kind of work: more than it has statements. */
const numbers = { web: 12, inbox: 24, import: 32 };
const places = Object.entries(numbers).flatMap(([kind, count]) =>
  Array.from({ length: count }, (_, index) => ({ kind, number: index + 1 })),
);

async function killAtNumber({ open, rep }) {
  const { kind, number } = places[rep - 1];
  const stream = makeStream(5);
  const stage = await open();
  const portal = await addPortal(stage);
  const app = kind === "web" ? "milepost-ingest" : "milepost-worker";
  await untilNormal(stage);
  let count = 0;
  const point = portal.proxy.stopAt((about) => about.app === app && ++count === number);
  const catalogues = [];
  if (kind === "import") {
    catalogues.push(layCatalogue(join(stage.folder, "catalogue"), "shop", 20));
    await registerFolder(stage, catalogues[0].folder);
  }
  const sending = kind === "import" ? Promise.resolve() : stage.sender.send(stream.deliveries[0]);
  const hit = await Promise.race([point.hit, sleep(8000).then(() => null)]);
  point.cancel();
  if (hit) {
    process.kill(portal.pids()[kind === "web" ? "web" : "worker"], "SIGKILL");
    stage.generation.a += 1;
  }
  const began = performance.now();
  await sending;
  await redeliver(stage.sender, stream.deliveries);
  await untilNormal(stage);
  const seconds = (performance.now() - began) / 1000;
  const problems = await checkAll(stage, { stream, catalogues, hasState: false });
  const statement = hit ? hit.text.trim().replace(/\s+/g, " ").slice(0, 60) : "none left";
  return { problems, seconds, note: `${kind} ${number}: ${statement}` };
}

export const pointCases = [
  {
    number: "points",
    title: "kill -9 before each statement by its number",
    goalSeconds: 135,
    repeat: places.length,
    run: killAtNumber,
  },
];
