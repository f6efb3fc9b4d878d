import { addMinutes, isFrozen, isWeekend, isWorkday, pace, toWorkingHours } from "./calendar.ts";
import { changeTitle } from "./change-titles.ts";
import type { Component } from "./components.ts";
import { roll, rollOutMerged } from "./deployments.ts";
import type { SeedCommit, SeedPull } from "./history-events.ts";
import { personName } from "./organisation.ts";
import type { Random } from "./random.ts";
import type { RepositoryLife } from "./repository-life.ts";

export const mainRef = "refs/heads/main";
const bot = "renovate[bot]";

/** What a team does on a day: opens pull requests, each of which goes its way, and deploys what is due. */
export function liveDay(life: RepositoryLife, day: Date, dayNumber: number): void {
  const random = life.random();
  const { rhythm, components } = life.repository;
  const opened = random.count((rhythm.changesPerWeek / 5) * pace(day));
  for (let index = 0; index < opened; index += 1) {
    const component = components[random.between(0, components.length - 1)];
    if (component)
      life.plan(addMinutes(day, random.between(7 * 60, 17 * 60)), (at) => openPull(life, at, component, {}));
  }
  if (!isWorkday(day) || isFrozen(day)) return;
  const isEach =
    rhythm.production === "each" || (rhythm.eachFromDay ?? Number.POSITIVE_INFINITY) <= dayNumber;
  const weekday = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"][
    day.getUTCDay()
  ];
  // Who deploys each change still looks in the morning at what the evening left over.
  const minute = isEach ? 8 * 60 + 30 : rhythm.production === "daily" ? 14 * 60 : 10 * 60;
  if (!isEach && rhythm.production !== "daily" && rhythm.production !== weekday) return;
  components.forEach((component, index) => {
    life.plan(addMinutes(day, minute + index * 7 + random.between(0, 20)), (at) => roll(life, at, component));
  });
}

type PullOptions = {
  title?: string;
  author?: string;
  labels?: string[];
  minutesToMerge?: number;
  isBot?: boolean;
};

/** A pull request is opened; its checks, reviews and end follow from it. */
export function openPull(
  life: RepositoryLife,
  at: Date,
  component: Component,
  options: PullOptions,
): SeedPull {
  const random = life.random();
  const isBot = options.isBot ?? (options.title === undefined && random.isTrue(0.12));
  const author = options.author ?? (isBot ? bot : personName(random.pick(life.people())));
  const title = options.title ?? changeTitle(random, component, isBot);
  const number = life.nextNumber();
  const commits = makeCommits(life, random, { at, author, title, component });
  const pull: SeedPull = {
    number,
    title,
    author,
    branch: `${author.replace("[bot]", "")}/${number}-${title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .slice(0, 40)}`,
    headSha: commits.at(-1)?.sha ?? life.head,
    commits,
    component,
    labels: options.labels ?? (isBot ? ["dependencies"] : []),
    openedAt: at,
  };
  const ref = `refs/heads/${pull.branch}`;
  life.emit({ type: "pushed", at: addMinutes(at, -1), ref, before: life.head, after: pull.headSha, commits });
  life.emit({ type: "pull opened", at, pull });
  checkPull(life, random, pull);
  const minutes =
    options.minutesToMerge ??
    Math.max(12, random.duration(life.repository.rhythm.hoursToMerge * (isBot ? 30 : 60), 0.9));
  const end =
    options.minutesToMerge === undefined ? toWorkingHours(addMinutes(at, minutes)) : addMinutes(at, minutes);
  if (!isBot) review(life, random, pull, end);
  const isDropped = options.title === undefined && random.isTrue(0.06);
  life.plan(end, (when) => (isDropped ? dropPull(life, when, pull) : mergePull(life, when, pull)));
  return pull;
}

function makeCommits(
  life: RepositoryLife,
  random: Random,
  change: { at: Date; author: string; title: string; component: Component },
): SeedCommit[] {
  const { at, author, title, component } = change;
  const count = author === bot ? 1 : random.between(1, 4);
  const began = addMinutes(at, -Math.min(3 * 24 * 60, random.duration(150, 0.9)));
  const step = (at.getTime() - began.getTime()) / count / 60_000;
  return Array.from({ length: count }, (_, index) => ({
    sha: life.sha(),
    message:
      index === 0 ? title : random.pick(["Review", "Tests", "Fix lint", "Name things better", "Small fix"]),
    at: addMinutes(began, index * step),
    author,
    paths:
      author === bot
        ? ["package-lock.json"]
        : [`${component.name}/src/${random.pick(["main", "api", "model", "store"])}.ts`],
  }));
}

function checkPull(life: RepositoryLife, random: Random, pull: SeedPull): void {
  const isGood = !life.goesWrong(random, life.repository.rhythm.ciFailure);
  const minutes = random.duration(7, 0.3);
  const run = {
    id: life.nextId(),
    component: pull.component,
    on: "pull_request" as const,
    branch: pull.branch,
    sha: pull.headSha,
  };
  const first = addMinutes(pull.openedAt, minutes);
  life.emit({ type: "run completed", at: first, ...run, attempt: 1, startedAt: pull.openedAt, isGood });
  if (isGood) return;
  const again = addMinutes(first, random.between(4, 50));
  life.emit({
    type: "run completed",
    at: addMinutes(again, minutes),
    ...run,
    attempt: 2,
    startedAt: again,
    isGood: true,
  });
}

function review(life: RepositoryLife, random: Random, pull: SeedPull, end: Date): void {
  const others = life
    .people()
    .map(personName)
    .filter((name) => name !== pull.author);
  const reviewer = others[random.between(0, Math.max(0, others.length - 1))];
  if (!reviewer) return;
  const lead = end.getTime() - pull.openedAt.getTime();
  const at = (share: number) => new Date(pull.openedAt.getTime() + lead * share);
  if (random.isTrue(0.25)) {
    life.emit({ type: "commented", at: at(0.35), pull, id: life.nextId(), reviewer });
    life.emit({
      type: "reviewed",
      at: at(0.4),
      pull,
      id: life.nextId(),
      reviewer,
      state: "changes_requested",
    });
  }
  life.emit({ type: "reviewed", at: at(0.85), pull, id: life.nextId(), reviewer, state: "approved" });
}

function dropPull(life: RepositoryLife, at: Date, pull: SeedPull): void {
  life.emit({ type: "pull closed", at, pull, mergeSha: null });
}

/** Squashed onto the main branch; checks run there, then it is rolled out. */
export function mergePull(life: RepositoryLife, at: Date, pull: SeedPull): string {
  const random = life.random();
  const before = life.head;
  const after = life.sha();
  life.head = after;
  const paths = [...new Set(pull.commits.flatMap((commit) => commit.paths))];
  const commit = { sha: after, message: `${pull.title} (#${pull.number})`, at, author: pull.author, paths };
  life.emit({ type: "pushed", at, ref: mainRef, before, after, commits: [commit] });
  life.emit({ type: "pull closed", at: addMinutes(at, 0.05), pull, mergeSha: after });
  const minutes = random.duration(8, 0.25);
  const isGood = !life.goesWrong(random, life.repository.rhythm.ciFailure / 5);
  life.emit({
    type: "run completed",
    at: addMinutes(at, minutes),
    id: life.nextId(),
    component: pull.component,
    on: "push",
    branch: "main",
    sha: after,
    attempt: 1,
    startedAt: at,
    isGood,
  });
  if (isGood) rollOutMerged(life, addMinutes(at, minutes + 1), pull.component, after);
  else if (!isWeekend(at)) life.waitingFor(pull.component).push(after);
  return after;
}

/** What broke is repaired by a change of its own, which goes out as soon as it is merged. */
export function repair(life: RepositoryLife, at: Date, component: Component, minutesToMerge: number): void {
  openPull(life, at, component, {
    title: `Repair what broke in ${component.title}`,
    labels: ["hotfix"],
    minutesToMerge,
  });
  life.plan(addMinutes(at, minutesToMerge + 30), (when) => roll(life, when, component));
}
