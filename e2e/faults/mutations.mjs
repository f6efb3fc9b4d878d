// `npm run faults -- --mutations`: each guarantee is broken on purpose in a copy of the built portal, and the checker has
// to turn red, for the right reason. A checker that stays green is the finding.
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { allCases } from "./cases/all.mjs";
import { mutations } from "./mutation-list.mjs";

const notCopied = new Set([".git", ".next", ".data", ".cache", ".ci", "test-results"]);

/** Tries each mutation on the repetitions it names until one is red, at most three times over. */
export async function tryMutations({ root, work, only, template, runOnce, firstPort, onLine }) {
  const summary = [];
  for (const mutation of mutations) {
    if (only && !only.includes(mutation.case)) continue;
    const mutant = join(work, "mutant");
    let result = { isRed: false, problems: [] };
    try {
      makeMutant(root, mutant, mutation);
      result = await untilRed(mutation, (one, rep) =>
        runOnce(one, rep, firstPort, { ...template, prepare: mutation.prepare }, mutant),
      );
    } catch (error) {
      result.problems.push(`Could not be tried: ${error.message}`);
    }
    onLine(
      `without "${mutation.name}": ${result.isRed ? "red" : "GREEN, or red for another reason"}: ${result.problems[0]}`,
    );
    summary.push(rowOf(mutation, result));
    rmSync(mutant, { recursive: true, force: true });
  }
  return summary;
}

async function untilRed(mutation, run) {
  const one = allCases.find(({ number }) => number === mutation.case);
  let problems = [];
  let tries = 0;
  for (let round = 0; round < 3; round += 1)
    for (const rep of mutation.reps) {
      tries += 1;
      ({ problems } = await run({ ...one, goalSeconds: mutation.goalSeconds ?? one.goalSeconds }, rep));
      const told = problems.find((problem) => mutation.tells.test(problem));
      if (told) return { isRed: true, problems: [told], tries };
    }
  return { isRed: false, problems, tries };
}

function rowOf(mutation, { isRed, problems, tries = 0 }) {
  return {
    number: mutation.case,
    title: `without: ${mutation.name}`,
    repetitions: tries,
    green: isRed ? tries - 1 : tries,
    isGood: isRed,
    verdict: isRed ? "red, as it must be" : "NOT CAUGHT",
    middleSeconds: null,
    mostSeconds: null,
    problems: isRed ? [] : problems,
    told: problems[0] ?? null,
  };
}

/** A copy by hard links, in which only the files that change are new. */
function makeMutant(root, mutant, { patches = [], migration }) {
  rmSync(mutant, { recursive: true, force: true });
  mkdirSync(mutant, { recursive: true });
  for (const name of readdirSync(root).filter((one) => !notCopied.has(one))) {
    const copied = spawnSync("cp", ["-al", join(root, name), join(mutant, name)], { encoding: "utf8" });
    if (copied.status !== 0) throw new Error(`No copy of the portal: ${copied.stderr.slice(0, 200)}`);
  }
  const folder = newestPrograms(join(mutant, ".build"));
  for (const patch of patches) applyPatch(folder, patch);
  if (migration) addMigration(folder, migration);
}

/** Each start touches the mark of the build that it uses. */
function newestPrograms(builds) {
  const folders = readdirSync(builds)
    .filter((name) => /^programs-[0-9a-f]{16}$/.test(name) && existsSync(join(builds, name, "complete")))
    .map((name) => join(builds, name));
  const age = (folder) => statSync(join(folder, "complete")).mtimeMs;
  const newest = folders.sort((left, right) => age(right) - age(left))[0];
  if (!newest) throw new Error("The portal is not built: start it once");
  return newest;
}

/** `from` has to be found in at least one of the programs. */
function applyPatch(folder, { from, to }) {
  let times = 0;
  for (const name of ["web", "worker", "starter", "cli"]) {
    const file = join(folder, `${name}.mjs`);
    const text = readFileSync(file, "utf8");
    const changed = text.replace(from, to);
    if (changed === text) continue;
    times += 1;
    rmSync(file);
    writeFileSync(file, changed);
  }
  if (times === 0) throw new Error(`Nothing to change: ${from}`);
}

/** At the end of the newest migration. */
function addMigration(folder, statement) {
  const migrations = join(folder, "migrations");
  const newest = readdirSync(migrations)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .at(-1);
  const file = join(migrations, newest);
  const text = readFileSync(file, "utf8");
  rmSync(file);
  writeFileSync(file, text);
  appendFileSync(file, `\n--> statement-breakpoint\n${statement}\n`);
}
