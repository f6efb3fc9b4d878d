import { addMinutes, isFrozen, isWorkday, startOfDay, toWorkingHours } from "./calendar.ts";
import { incidentTitle } from "./change-titles.ts";
import type { Component } from "./components.ts";
import type { SeedDeployment, SeedIncident } from "./history-events.ts";
import type { Random } from "./random.ts";
import type { RepositoryLife } from "./repository-life.ts";

type Environment = SeedDeployment["environment"];

const isDeployed = (component: Component) => component.type !== "library";
const placeOf = (component: Component, environment: Environment) => `${component.name}/${environment}`;

/** Starts a deployment now and ends it some minutes later, well or not. Returns when it ended. */
export function deploy(
  life: RepositoryLife,
  at: Date,
  target: { component: Component; environment: Environment; sha: string; minutes: number; isGood: boolean },
): { deployment: SeedDeployment; endedAt: Date } {
  const { component, environment, sha, minutes, isGood } = target;
  const deployment: SeedDeployment = { id: life.nextId(), component, environment, sha, createdAt: at };
  const endedAt = addMinutes(at, minutes);
  life.emit({ type: "deployment created", at, deployment });
  if (environment === "production")
    life.emit({ type: "deployment status", at: addMinutes(at, 0.2), deployment, state: "in_progress" });
  life.emit({ type: "deployment status", at: endedAt, deployment, state: isGood ? "success" : "failure" });
  if (isGood) {
    const place = placeOf(component, environment);
    const before = life.running.get(place)?.sha ?? null;
    if (before !== sha) life.running.set(place, { sha, before });
  }
  return { deployment, endedAt };
}

/** A change that is merged goes to development and staging by itself, and then waits for production. */
export function rollOutMerged(life: RepositoryLife, at: Date, component: Component, sha: string): void {
  const { rhythm } = life.repository;
  // The young team merges but has not deployed anything anywhere.
  if (!isDeployed(component) || life.repository.team === "returns") return;
  const random = life.random();
  const minutes = random.duration(3, 0.3);
  deploy(life, at, {
    component,
    environment: "development",
    sha,
    minutes,
    isGood: !life.goesWrong(random, 0.02),
  });
  const staged = addMinutes(at, minutes + random.between(2, 12));
  deploy(life, staged, {
    component,
    environment: "staging",
    sha,
    minutes,
    isGood: !life.goesWrong(random, 0.03),
  });
  life.waitingFor(component).push(sha);
  const hasEach = rhythm.production === "each" || rhythm.eachFromDay !== undefined;
  if (hasEach)
    life.plan(addMinutes(staged, random.between(25, 90)), (when) => rollIfOpen(life, when, component));
}

/** Those who deploy each change do so on a workday before four, on Fridays before one. */
function rollIfOpen(life: RepositoryLife, at: Date, component: Component): void {
  const day = startOfDay(at);
  const hour = (at.getTime() - day.getTime()) / 3_600_000;
  const isOpen = isWorkday(day) && !isFrozen(day) && hour < (day.getUTCDay() === 5 ? 13 : 16);
  const { rhythm } = life.repository;
  if (isOpen && (rhythm.production === "each" || life.isOnGoldenPath(at))) roll(life, at, component);
}

/** Brings to production what waits for it; now and then it does not go well. */
export function roll(life: RepositoryLife, at: Date, component: Component): void {
  const waiting = life.waitingFor(component);
  const sha = waiting.at(-1);
  const blocked = life.blockedUntil.get(component.name);
  if (!sha || !isDeployed(component) || (blocked && blocked > at)) return;
  waiting.length = 0;
  const random = life.random();
  const { rhythm } = life.repository;
  const target = { component, environment: "production" as const, sha, minutes: random.duration(6, 0.3) };
  if (random.isTrue(rhythm.rolloutFailure)) {
    const failed = deploy(life, at, { ...target, isGood: false });
    const again = addMinutes(failed.endedAt, random.between(15, 60));
    life.blockedUntil.set(component.name, again);
    life.plan(again, (when) => void deploy(life, when, { ...target, isGood: true }));
    return;
  }
  const { deployment, endedAt } = deploy(life, at, { ...target, isGood: true });
  if (random.isTrue(rhythm.breakage))
    life.plan(addMinutes(endedAt, random.between(8, 90)), (when) => breakDown(life, when, deployment));
}

/** A deployment turns out to be bad: it is rolled back, or repaired by another change. */
function breakDown(life: RepositoryLife, at: Date, deployment: SeedDeployment): void {
  const random = life.random();
  const { component } = deployment;
  const before = life.running.get(placeOf(component, "production"))?.before ?? null;
  if (random.isTrue(0.6)) life.emit({ type: "deployment status", at, deployment, state: "failure" });
  const incident = random.isTrue(0.75) ? openIncident(life, addMinutes(at, 3), random, deployment) : null;
  const isRolledBack = before !== null && random.isTrue(0.65);
  const repairedAt = addMinutes(at, isRolledBack ? random.between(9, 40) : random.between(60, 240));
  life.blockedUntil.set(component.name, addMinutes(repairedAt, 15));
  if (isRolledBack)
    life.plan(repairedAt, (when) => {
      deploy(life, when, { component, environment: "production", sha: before, minutes: 4, isGood: true });
      life.plan(toWorkingHours(addMinutes(when, random.between(30, 300))), (later) =>
        life.repair(later, component, 90),
      );
    });
  else life.plan(addMinutes(at, 12), (when) => life.repair(when, component, 35));
  if (incident) closeIncident(life, addMinutes(repairedAt, random.between(10, 60)), incident);
}

export function openIncident(
  life: RepositoryLife,
  at: Date,
  random: Random,
  deployment: SeedDeployment,
  words: { title?: string; body?: string; severity?: number } = {},
): SeedIncident {
  const { component, sha } = deployment;
  const isShared = life.repository.components.length > 1;
  const severity = words.severity ?? random.between(component.tags.includes("tier-1") ? 1 : 2, 3);
  const incident: SeedIncident = {
    number: life.nextNumber(),
    title: words.title ?? incidentTitle(random, component.title),
    body: words.body ?? `Seen by the alarms of ${component.title}.\n\nDeployment: ${sha}`,
    labels: ["incident", `severity:${severity}`, ...(isShared ? [`service:${component.name}`] : [])],
    openedAt: at,
  };
  life.emit({ type: "incident opened", at, incident });
  return incident;
}

export const closeIncident = (life: RepositoryLife, at: Date, incident: SeedIncident): void =>
  life.emit({ type: "incident closed", at, incident });
