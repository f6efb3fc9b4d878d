// `npm run faults`: breaks a running portal in every way that docs/faults.md lists, and checks that nothing was lost.
// Plain JavaScript that imports nothing of the portal: it knows HTTP, SQL, signals and /proc.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { allCases } from "./cases/all.mjs";
import { makeStream } from "./deliveries.mjs";
import { tryMutations } from "./mutations.mjs";
import { dispose, makeStage } from "./stage.mjs";
import { printTable, summarise } from "./table.mjs";
import { makeTemplate } from "./template.mjs";

const { values: given } = parseArgs({
  options: {
    only: { type: "string" },
    repeat: { type: "string", default: "20" },
    lanes: { type: "string", default: "1" },
    portal: { type: "string" },
    old: { type: "string" },
    work: { type: "string" },
    "first-port": { type: "string", default: "4260" },
    "long-silences": { type: "string", default: "1" },
    json: { type: "string" },
    mutations: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});

const options = {
  root: resolve(given.portal ?? fileURLToPath(new URL("../..", import.meta.url))),
  old: given.old ? resolve(given.old) : null,
  work: resolve(given.work ?? join(tmpdir(), `milepost-faults-${process.pid}`)),
  repeat: Number(given.repeat),
  lanes: Number(given.lanes),
  firstPort: Number(given["first-port"]),
  longSilences: Number(given["long-silences"]),
  only: given.only?.split(",").map((one) => one.trim()),
  keep: given.keep,
};
const portsEach = 8;
const line = (text) => process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);

const waitsOf = (stages) =>
  stages
    .flatMap(({ waitedFor }) => Object.entries(waitedFor))
    .map(([reason, times]) => `${times} × ${reason}`)
    .join(", ");

/** One repetition; answers with what is wrong with it, an empty list being green. */
async function runOnce(one, rep, lane, template, root = options.root) {
  const name = `case-${one.number}-${rep}-${lane}`;
  const stages = [];
  const open = async (settings = {}) => {
    const stage = await makeStage({
      root,
      work: options.work,
      lane,
      template,
      name: stages.length === 0 ? name : `${name}-${stages.length}`,
      ...settings,
    });
    stages.push(stage);
    return stage;
  };
  const frame = {
    open,
    rep,
    root,
    old: options.old,
    template,
    longSilences: options.longSilences,
    folder: join(options.work, name),
  };
  const began = performance.now();
  let result;
  try {
    result = await one.run({ ...frame, stream: makeStream(90) });
  } catch (error) {
    result = { problems: [error.message], seconds: null };
  } finally {
    for (const stage of stages) await dispose(stage).catch((error) => line(`dispose: ${error.message}`));
    await one.cleanUp?.(frame);
  }
  const goalSeconds = result.goalSeconds ?? one.goalSeconds;
  if (result.problems.length === 0 && result.seconds > goalSeconds)
    result.problems.push(
      `Normal after ${result.seconds.toFixed(0)} s; at most ${goalSeconds} are wanted: ${waitsOf(stages)}`,
    );
  if (!options.keep && result.problems.length === 0)
    rmSync(join(options.work, name), { recursive: true, force: true });
  // What else the machine had to do: above 1 a program waits for its turn, and seconds say less.
  const load = Number((loadavg()[0] / availableParallelism()).toFixed(1));
  return { ...result, number: one.number, rep, load, took: (performance.now() - began) / 1000 };
}

async function runAll(template) {
  const cases = allCases.filter(({ number }) => !options.only || options.only.includes(number));
  const wanted = cases.filter((one) => {
    const reason = one.skip?.(options);
    if (reason) line(`case ${one.number} is left out: ${reason}`);
    return !reason;
  });
  const queue = wanted.flatMap((one) =>
    Array.from({ length: one.repeat ?? options.repeat }, (_, index) => ({ one, rep: index + 1 })),
  );
  const results = [];
  const work = async (lane) => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const result = await runOnce(next.one, next.rep, lane, template);
      results.push(result);
      const seconds = result.seconds === null ? "" : `, normal after ${result.seconds.toFixed(1)} s`;
      const colour = result.problems.length === 0 ? "green" : `RED: ${result.problems.join("; ")}`;
      const about = result.note ? ` (${result.note})` : "";
      line(`case ${result.number} #${result.rep}${about}${seconds}, load ${result.load}: ${colour}`);
    }
  };
  await Promise.all(
    Array.from({ length: options.lanes }, (_, lane) => work(options.firstPort + lane * portsEach)),
  );
  return summarise(wanted, results);
}

// What this run has started ends with it.
for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, () => {
    line(`ended by ${signal}`);
    process.exit(130);
  });
mkdirSync(options.work, { recursive: true, mode: 0o755 });
const template = await makeTemplate({
  ...options,
  lane: options.firstPort,
  stream: makeStream(90),
  onLine: line,
});
const summary = given.mutations
  ? await tryMutations({ ...options, template, runOnce, onLine: line })
  : await runAll(template);
printTable(summary);
if (given.json) writeFileSync(given.json, `${JSON.stringify(summary, null, 2)}\n`);
if (!options.keep && summary.every(({ isGood }) => isGood))
  rmSync(options.work, { recursive: true, force: true });
process.exit(summary.every(({ isGood }) => isGood) ? 0 : 1);
