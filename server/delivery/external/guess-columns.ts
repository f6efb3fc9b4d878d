import { type Columns, type ExternalKind, type LeadTimeUnit, type Role, rolesOf } from "./model.ts";

/** Names that tools give their columns, the surest first; compared without case, spaces and signs. */
const names: Readonly<Record<Role, readonly string[]>> = {
  service: [
    "service",
    "servicename",
    "component",
    "application",
    "app",
    "project",
    "projectname",
    "repository",
    "repo",
    "reponame",
  ],
  time: [
    "deployedat",
    "finishedat",
    "finisheddate",
    "succeededat",
    "deploymenttime",
    "deploytime",
    "time",
    "timestamp",
    "date",
    "datetime",
    "createdat",
    "startedat",
    "when",
    "at",
  ],
  environment: ["environment", "environmentname", "env", "stage", "target"],
  commit: ["commit", "commitsha", "sha", "revision", "gitsha", "hash", "version"],
  outcome: ["outcome", "result", "status", "state", "conclusion"],
  week: ["week", "weekstart", "weekof", "startofweek", "weekbeginning", "isoweek", "period"],
  deployments: ["deployments", "deploymentcount", "deploys", "deploycount", "count", "deploymentfrequency"],
  failed: ["failed", "faileddeployments", "failures", "failurecount", "changefailures"],
  leadTime: [
    "leadtime",
    "leadtimehours",
    "medianleadtime",
    "leadtimeseconds",
    "leadtimeminutes",
    "leadtimedays",
    "leadtimeforchanges",
    "changeleadtime",
    "cycletime",
  ],
};

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Which column is meant for which role, by their names. A column is read as one thing only. */
export function guessColumns(columns: readonly string[], kind: ExternalKind): Columns {
  const taken = new Set<string>();
  const found: Columns = {};
  for (const role of rolesOf[kind]) {
    const free = columns.filter((column) => !taken.has(column));
    const exact = names[role].flatMap((name) => free.filter((column) => plain(column) === name));
    const [column] = [
      ...exact,
      ...free.filter((one) => names[role].some((name) => name.length > 3 && plain(one).includes(name))),
    ];
    if (column === undefined) continue;
    found[role] = column;
    taken.add(column);
  }
  return found;
}

/** A file with a column for weeks is one of weeks. */
export function guessKind(columns: readonly string[]): ExternalKind {
  const weeks = guessColumns(columns, "weeks");
  return weeks.week !== undefined && (weeks.deployments !== undefined || weeks.leadTime !== undefined)
    ? "weeks"
    : "deployments";
}

export function guessUnit(column: string | undefined): LeadTimeUnit {
  const name = (column ?? "").toLowerCase();
  if (/min/.test(name)) return "minutes";
  if (/day/.test(name)) return "days";
  return /sec|\(s\)|_s$/.test(name) ? "seconds" : "hours";
}
