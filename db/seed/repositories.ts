import { type Component, components } from "./components.ts";
import { leaver } from "./organisation.ts";

/**
 * How a repository lives. Changes a week; hours from opening a pull request to its merge; when production is deployed
 * (after each merge, at two each workday, or at ten on one weekday); the share of rollouts that fail and of deployments
 * that break something.
 */
export type Rhythm = {
  changesPerWeek: number;
  hoursToMerge: number;
  production: "each" | "daily" | "monday" | "tuesday" | "wednesday" | "thursday" | "never";
  /** From this day of the nine months on, production follows each merge: the team moved to the golden path. */
  eachFromDay?: number;
  rolloutFailure: number;
  breakage: number;
  ciFailure: number;
};

const quick: Rhythm = {
  changesPerWeek: 3.2,
  hoursToMerge: 5,
  production: "each",
  rolloutFailure: 0.03,
  breakage: 0.03,
  ciFailure: 0.12,
};
const steady: Rhythm = {
  changesPerWeek: 2.2,
  hoursToMerge: 14,
  production: "daily",
  rolloutFailure: 0.04,
  breakage: 0.05,
  ciFailure: 0.15,
};
const slow: Rhythm = {
  changesPerWeek: 1.6,
  hoursToMerge: 40,
  production: "thursday",
  rolloutFailure: 0.08,
  breakage: 0.13,
  ciFailure: 0.22,
};

export type Repository = {
  name: string;
  /** Stable: the host's own number. */
  id: number;
  team: string;
  components: readonly Component[];
  rhythm: Rhythm;
  /** Work began so many days before today; nine months for all but the young team. */
  ageDays: number;
};

const rhythms: Readonly<Record<string, Rhythm>> = {
  checkout: { ...steady, changesPerWeek: 3.4 },
  payments: { ...steady, hoursToMerge: 22, breakage: 0.03 },
  storefront: { ...quick, changesPerWeek: 9, production: "tuesday", eachFromDay: 140 },
  search: { ...quick, breakage: 0.04 },
  orders: { ...slow, changesPerWeek: 2.4 },
  inventory: slow,
  shipping: slow,
  "warehouse-gateway": { ...slow, changesPerWeek: 0.9, production: "monday" },
  "carrier-rates": { ...slow, changesPerWeek: 0.25 },
  "label-printer": { ...slow, changesPerWeek: 0.1 },
  "stock-sync": { ...slow, changesPerWeek: 0.2 },
  accounts: { ...steady, breakage: 0.02 },
  "sign-in": { ...steady, changesPerWeek: 1.5, breakage: 0.02 },
  "warehouse-loader": { ...steady, production: "wednesday", changesPerWeek: 1.4 },
  reports: { ...steady, production: "wednesday", changesPerWeek: 1.2 },
  "feature-flags": quick,
  "edge-router": { ...quick, changesPerWeek: 1.8, breakage: 0.02 },
  "build-cache": { ...quick, changesPerWeek: 1.2 },
  "service-kit": { ...steady, production: "never", changesPerWeek: 1.5 },
  "ui-kit": { ...steady, production: "never", changesPerWeek: 2 },
  "returns-desk": { ...steady, production: "never", changesPerWeek: 4 },
  "returns-web": { ...steady, production: "never", changesPerWeek: 3 },
};

export const historyDays = 273;
const youngTeamDays = 24;

const teamOf = (one: Component): string => (one.owner.includes(":") ? leaver.team : one.owner);

/** The repositories, in an order that never changes: their numbers are counted from it. */
export const repositories: readonly Repository[] = [...new Set(components.map((one) => one.repository))].map(
  (name, index) => {
    const inside = components.filter((one) => one.repository === name);
    const team = inside[0] ? teamOf(inside[0]) : "platform";
    const ageDays = team === "returns" ? youngTeamDays : historyDays;
    return {
      name,
      id: 900_000_001 + index,
      team,
      components: inside,
      rhythm: rhythms[name] ?? steady,
      ageDays,
    };
  },
);
