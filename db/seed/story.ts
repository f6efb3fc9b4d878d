import { addDays, addMinutes, startOfDay, toWorkingHours } from "./calendar.ts";
import { openPull } from "./changes.ts";
import { closeIncident, deploy, openIncident, roll } from "./deployments.ts";
import { personName } from "./organisation.ts";
import type { RepositoryLife } from "./repository-life.ts";

/** The repository that the story plays in. */
export const storyRepository = "checkout";

const clock = (day: Date, hour: number, minute: number) => addMinutes(day, hour * 60 + minute);

/**
 * The bad deployment of Checkout, on the day before the organisation was loaded: a change is merged in the morning and
 * deployed at one; half an hour later alarms go off, an incident is opened, Checkout goes back to the version before, and
 * the incident is closed. The repair is written in the afternoon and goes out the next morning.
 */
export function planStory(life: RepositoryLife, day: Date): void {
  const [component] = life.repository.components;
  if (!component) return;
  life.isCalm = true;
  life.plan(addMinutes(addDays(day, 1), -1), () => {
    life.isCalm = false;
  });
  life.plan(clock(day, 9, 10), (at) => {
    openPull(life, at, component, {
      title: "Round discounts once for each order line",
      author: personName("Lukas Brenner"),
      minutesToMerge: 130,
    });
  });
  life.plan(clock(day, 13, 2), (at) => {
    const random = life.random();
    const before = life.running.get(`${component.name}/production`)?.sha ?? null;
    const sha = life.waitingFor(component).at(-1) ?? life.head;
    life.waitingFor(component).length = 0;
    life.blockedUntil.set(component.name, addDays(startOfDay(at), 1));
    const { deployment } = deploy(life, at, {
      component,
      environment: "production",
      sha,
      minutes: 7,
      isGood: true,
    });
    life.emit({ type: "deployment status", at: clock(day, 13, 31), deployment, state: "failure" });
    const incident = openIncident(life, clock(day, 13, 34), random, deployment, {
      title: "Checkout refuses baskets with two vouchers",
      body: `Paid orders fell by a third at 13:25 UTC. Baskets with two vouchers end in "total does not match".\n\nDeployment: ${sha}`,
      severity: 1,
    });
    if (before)
      life.plan(clock(day, 13, 52), (when) => {
        deploy(life, when, { component, environment: "production", sha: before, minutes: 5, isGood: true });
      });
    closeIncident(life, clock(day, 14, 26), incident);
  });
  life.plan(clock(day, 15, 5), (at) => {
    const repaired = toWorkingHours(clock(addDays(day, 1), 8, 40));
    openPull(life, at, component, {
      title: "Round the order's total at the end, with a test for two vouchers",
      author: personName("Mira Okafor"),
      labels: ["hotfix"],
      minutesToMerge: (repaired.getTime() - at.getTime()) / 60_000,
    });
    life.plan(addMinutes(repaired, 75), (when) => roll(life, when, component));
  });
}

/** One of the services that the leaver still owns. */
export const troubledRepository = "stock-sync";

/** Something that nobody looks after goes wrong in the night, and is still open. */
export function planOpenTrouble(life: RepositoryLife, day: Date): void {
  const at = clock(day, 2, 40);
  life.plan(at, () => {
    life.emit({
      type: "incident opened",
      at,
      incident: {
        number: life.nextNumber(),
        title: "Stock of the outlets was not copied last night",
        body: "The nightly job ended with an error of the outlets' database. Nobody has looked at it yet.",
        labels: ["incident", "severity:2"],
        openedAt: at,
      },
    });
  });
}
