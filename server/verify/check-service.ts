import type { Micros } from "./calendar.ts";
import { textOf } from "./calendar.ts";
import type { Change, Commit, Decision, Deployment, Failure, Pull } from "./facts.ts";
import type { Findings } from "./findings.ts";
import {
  disputedOf,
  exclusionOf,
  failureOfRevert,
  failuresOfChain,
  hotfixesOf,
  judge,
  verdictOn,
} from "./judge-chain.ts";
import { type FoundChange, listChanges } from "./list-changes.ts";
import type { Gap } from "./observation.ts";
import { misgrouped, type Placed, placeChain } from "./place-chain.ts";
import { isEqual } from "./same.ts";

export type ServiceFacts = {
  line: number;
  ref: string;
  /** It was being worked out when the file was written: its rows are taken as they are. */
  isGiven: boolean;
  /** A part of its past was not read from the host, so that its rows are not all there are. */
  isCutOff: boolean;
  /** Between which moments its deployments are in the scope. */
  owned: readonly { from: Micros; to: Micros }[];
  observedSince: Micros | null;
  /** Times in which its deployments could not be seen. */
  gaps: readonly Gap[];
  incidentsObserved: boolean;
  commits: Map<string, Commit>;
  boundary: Set<string>;
  pulls: Map<number, Pull>;
  deployments: Deployment[];
  changes: Change[];
  failures: Failure[];
  decisions: Decision[];
};

/** A deployment as the figures count it. */
export type Counted = {
  at: Micros;
  outcome: "success" | "failure" | "pending";
  kind: string | null;
  attribution: string | null;
  isExcluded: boolean;
  failState: string | null;
  reworkSigns: readonly string[];
  wasReworked: boolean;
  isDisputed: boolean;
  changes: readonly Pick<Change, "leadSeconds" | "stages" | "startedBy" | "wasClamped" | "isBot">[];
  failures: readonly Failure[];
};

/** Works a service out from its facts, notes where the file's rows say otherwise, and answers what the figures count. */
export function checkService(facts: ServiceFacts, findings: Findings): Counted[] {
  if (facts.isCutOff) findings.cutOff.push(facts.ref);
  if (facts.isGiven) {
    findings.given.push(facts.ref);
    return asGiven(facts);
  }
  const chain = placeChain(facts.deployments, facts);
  const changes = listChanges(
    chain,
    facts.pulls,
    new Map(facts.changes.map((row) => [`${row.deployment} ${row.unit}`, row])),
  );
  const placed = new Map(chain.map((one) => [one.deployment.key, one]));
  const kinds = new Map(chain.map(({ deployment, kind }) => [deployment.key, kind]));
  const isHotfix = (unit: string) => facts.pulls.get(Number(unit.replace("pull:", "")))?.isHotfix ?? false;
  const judged = judge(facts.deployments, kinds, facts.failures, hotfixesOf(changes, isHotfix));
  for (const one of misgrouped(facts.deployments))
    findings.differ(one.line, `${facts.ref}: ${one.key} has other regions than the rule gives it`);
  checkChanges(facts, changes, findings);
  checkFailures(facts, chain, findings);
  const failures = Map.groupBy(facts.failures, ({ deployment }) => deployment);
  const disputed = disputedOf(facts.decisions);
  return facts.deployments.map((deployment) => {
    const { key } = deployment;
    const found = placed.get(key);
    const words = judged.get(key) ?? { failState: null, reworkSigns: [] };
    const isExcluded = exclusionOf(deployment, facts.decisions) ?? false;
    const own = { kind: found?.kind ?? null, attribution: found?.attribution ?? null, isExcluded, ...words };
    for (const [name, value] of Object.entries(own)) {
      const shown = deployment.shown[name as keyof Deployment["shown"]];
      findings.row(
        isEqual(shown, value),
        deployment.line,
        () =>
          `${facts.ref}: ${rowWords[name]} of ${key} is ${told(shown)} in the file and ${told(value)} by the facts`,
      );
    }
    const isDisputed = disputed.has(key);
    return {
      ...countedOf(deployment),
      ...own,
      isDisputed,
      changes: changes.get(key) ?? [],
      failures: failures.get(key) ?? [],
    };
  });
}

const rowWords: Readonly<Record<string, string>> = {
  kind: "what kind of deployment",
  attribution: "whether the changes are known",
  isExcluded: "whether the team excluded it",
  failState: "the failure",
  reworkSigns: "why it is rework",
};

const told = (value: unknown): string =>
  Array.isArray(value) ? value.join(", ") || "nothing" : value === null ? "nothing" : String(value);

function countedOf(deployment: Deployment): Counted {
  const { succeededAt, failedAt, createdAt, wasReworked, shown } = deployment;
  return {
    at: succeededAt ?? failedAt ?? createdAt,
    outcome: succeededAt !== null ? "success" : failedAt !== null ? "failure" : "pending",
    wasReworked,
    isDisputed: false,
    ...shown,
    changes: [],
    failures: [],
  };
}

function asGiven(facts: ServiceFacts): Counted[] {
  const changes = Map.groupBy(facts.changes, ({ deployment }) => deployment);
  const failures = Map.groupBy(facts.failures, ({ deployment }) => deployment);
  const disputed = disputedOf(facts.decisions);
  return facts.deployments.map((deployment) => ({
    ...countedOf(deployment),
    isDisputed: disputed.has(deployment.key),
    changes: changes.get(deployment.key) ?? [],
    failures: failures.get(deployment.key) ?? [],
  }));
}

const compared = ["sha", "startedAt", "startedBy", "leadSeconds", "stages", "wasClamped", "isBot"] as const;
const changeWords: Readonly<Record<(typeof compared)[number], string>> = {
  sha: "last commit",
  startedAt: "beginning",
  startedBy: "what started the clock",
  leadSeconds: "change lead time",
  stages: "stages",
  wasClamped: "whether its clock was wrong",
  isBot: "whether a program wrote it",
};

function checkChanges(
  { ref, line, changes: rows, deployments }: ServiceFacts,
  found: ReadonlyMap<string, readonly FoundChange[]>,
  findings: Findings,
): void {
  const lines = new Map(deployments.map((one) => [one.key, one.line]));
  const left = new Map(rows.map((row) => [`${row.deployment} ${row.unit}`, row]));
  for (const row of rows)
    if (left.get(`${row.deployment} ${row.unit}`) !== row)
      findings.differ(row.line, `${ref}: ${row.unit} of ${row.deployment} is in the file twice`);
  for (const [deployment, changes] of found)
    for (const change of changes) {
      const key = `${deployment} ${change.unit}`;
      const row = left.get(key);
      left.delete(key);
      if (!row) {
        findings.differ(
          lines.get(deployment) ?? line,
          `${ref}: ${deployment} brought ${change.unit}, which the file does not list`,
        );
        continue;
      }
      if (change.isStartGiven) findings.givenStarts += 1;
      for (const name of compared)
        findings.row(isEqual(row[name], change[name]), row.line, () => {
          const [shown, computed] = [row[name], change[name]].map((value) =>
            name === "startedAt" ? textOf(Number(value)) : told(value),
          );
          return `${ref}: ${changeWords[name]} of ${change.unit} in ${deployment} is ${shown} in the file and ${computed} by the facts`;
        });
    }
  for (const row of left.values())
    findings.differ(row.line, `${ref}: the facts do not give ${row.unit} to ${row.deployment}`);
}

const derivedWords = {
  confidence: "confidence",
  seenAt: "moment",
  remedy: "remedy",
  recoveredAt: "recovery",
  decision: "verdict",
} as const;

/** Those that the chain tells have to be there and no others; of the rest the verdicts and the remedies are looked at. */
function checkFailures(facts: ServiceFacts, chain: readonly Placed[], findings: Findings): void {
  const { ref, failures, decisions } = facts;
  const broughtBy = new Map(chain.flatMap((one) => one.brought.map(({ commit }) => [commit.sha, one])));
  const known = new Set(facts.deployments.map(({ key }) => key));
  const derived = new Map(
    failuresOfChain(chain).map((one) => [`${one.deployment} ${one.signal} ${one.key}`, one]),
  );
  const seen = new Set<string>();
  for (const failure of failures) {
    const { deployment, signal, key, line, revert, remedy } = failure;
    const about = `${ref}: the ${signal} of ${deployment}`;
    const id = `${deployment} ${signal} ${key}`;
    if (seen.has(id)) findings.differ(line, `${about} is in the file twice`);
    seen.add(id);
    const isOfChain = signal === "status" || signal === "rollback" || revert !== null;
    const found = revert ? failureOfRevert(revert, broughtBy) : derived.get(id);
    derived.delete(id);
    if (!known.has(deployment)) findings.differ(line, `${about} is of no deployment in the file`);
    else if (remedy !== null && !known.has(remedy))
      findings.differ(line, `${about} names a remedy that is not in the file`);
    if (isOfChain && (!found || found.deployment !== deployment)) {
      findings.differ(line, `${about} does not follow from the facts`);
      continue;
    }
    const computed = { ...(isOfChain ? found : {}), decision: verdictOn(failure, decisions) };
    for (const name of Object.keys(derivedWords) as (keyof typeof derivedWords)[])
      if (name in computed)
        findings.row(
          isEqual(failure[name], (computed as Record<string, unknown>)[name]),
          line,
          () => `${about}: the ${derivedWords[name]} is not the one that the facts give`,
        );
  }
  for (const { deployment, signal } of derived.values())
    findings.differ(
      facts.line,
      `${ref}: by the facts ${deployment} has a failure (${signal}) that the file does not list`,
    );
}
