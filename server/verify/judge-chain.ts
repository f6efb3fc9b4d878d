import { secondsBetween } from "./calendar.ts";
import type { Decision, Deployment, Failure } from "./facts.ts";
import type { FoundChange } from "./list-changes.ts";
import type { Placed } from "./place-chain.ts";

/** What a failure of the file has to be where the chain itself tells it. */
type Derived = Pick<
  Failure,
  "deployment" | "signal" | "key" | "confidence" | "seenAt" | "remedy" | "recoveredAt"
>;

const revertSeconds = 14 * 86_400;
const newVersion = new Set(["forward", "baseline", "unknown"]);

/** Failures that need no more than the chain: a failure that was reported after the success, and rollbacks. */
export function failuresOfChain(chain: readonly Placed[]): Derived[] {
  return chain.flatMap((placed): Derived[] => {
    const { deployment, kind, nth } = placed;
    const found: Derived[] = [];
    const { brokeAt, key } = deployment;
    if (brokeAt !== null && newVersion.has(kind)) {
      const remedy = chain.find((next) => next.deployment.succeededAt > brokeAt)?.deployment ?? null;
      const times = {
        seenAt: brokeAt,
        remedy: remedy?.key ?? null,
        recoveredAt: remedy?.succeededAt ?? null,
      };
      found.push({ deployment: key, signal: "status", key, confidence: "confirmed", ...times });
    }
    if (kind === "rollback") {
      // The guilty one is the first forward deployment after the version that it went back to was last live.
      const target = chain.findLast((one) => one.nth < nth && one.deployment.sha === deployment.sha);
      const after = target?.nth ?? nth - 2;
      const guilty = chain.find((one) => one.nth > after && one.nth < nth && one.kind === "forward");
      const at = deployment.succeededAt;
      if (guilty)
        found.push({
          ...{ deployment: guilty.deployment.key, signal: "rollback", key, confidence: "confirmed" },
          ...{ seenAt: at, remedy: key, recoveredAt: at },
        });
    }
    return found;
  });
}

/** Whom a revert accuses: the first deployment of what it takes back, if it shipped before; null where it accuses nobody. */
export function failureOfRevert(
  { commit, takesBack, at }: NonNullable<Failure["revert"]>,
  broughtBy: ReadonlyMap<string, Placed>,
): Derived | null {
  const [remedy, guilty] = [broughtBy.get(commit), broughtBy.get(takesBack)];
  if (!remedy || !guilty || guilty.nth >= remedy.nth || guilty.kind === "baseline") return null;
  const isSoon = secondsBetween(guilty.deployment.succeededAt, at) <= revertSeconds;
  return {
    deployment: guilty.deployment.key,
    signal: "revert",
    key: commit,
    confidence: isSoon ? "confirmed" : "suggested",
    seenAt: at,
    remedy: remedy.deployment.key,
    recoveredAt: remedy.deployment.succeededAt,
  };
}

export const stateOf = ({ confidence, decision }: Pick<Failure, "confidence" | "decision">): string =>
  decision ?? confidence;

export type Judgement = { failState: "confirmed" | "suggested" | null; reworkSigns: string[] };

/** What its failures make of each deployment, and why it is rework. */
export function judge(
  deployments: readonly Deployment[],
  kinds: ReadonlyMap<string, string | null>,
  failures: readonly Failure[],
  hotfixes: ReadonlySet<string>,
): Map<string, Judgement> {
  const states = Map.groupBy(failures, ({ deployment }) => deployment);
  const remedies = Map.groupBy(failures, ({ remedy }) => remedy);
  return new Map(
    deployments.map(({ key }) => {
      const own = (states.get(key) ?? []).map(stateOf);
      const ended = remedies.get(key) ?? [];
      const signs = [
        hotfixes.has(key) ? "hotfix" : null,
        ended.some((failure) => stateOf(failure) === "confirmed") ? "remedy" : null,
        ended.some(({ signal }) => signal === "revert") ? "revert" : null,
        kinds.get(key) === "rollback" ? "rollback" : null,
      ].filter((sign) => sign !== null);
      const failState = own.includes("confirmed")
        ? "confirmed"
        : own.includes("suggested")
          ? "suggested"
          : null;
      return [key, { failState, reworkSigns: signs }];
    }),
  );
}

/** Deployments that hold a hotfix. */
export const hotfixesOf = (
  changes: ReadonlyMap<string, readonly FoundChange[]>,
  isHotfix: (unit: string) => boolean,
) => new Set([...changes].flatMap(([key, list]) => (list.some(({ unit }) => isHotfix(unit)) ? [key] : [])));

/** Whether the last word about a deployment, or about one of its regions, leaves it out; null where nobody said anything. */
export function exclusionOf(deployment: Deployment, decisions: readonly Decision[]): boolean | null {
  const keys = new Set([deployment.key, ...deployment.regions.map(({ key }) => key)]);
  const last = decisions.findLast(
    (one) => one.signal === null && keys.has(one.deployment) && /^(ex|in)clude$/.test(one.decision),
  );
  return last ? last.decision === "exclude" : null;
}

/** Deployments whose latest word among disputes and their ends is a dispute. */
export function disputedOf(decisions: readonly Decision[]): Set<string> {
  const open = new Set<string>();
  for (const { deployment, decision } of decisions) {
    if (decision === "dispute") open.add(deployment);
    if (decision === "settle") open.delete(deployment);
  }
  return open;
}

const verdicts: Readonly<Record<string, string>> = {
  confirm: "confirmed",
  fail: "confirmed",
  reject: "rejected",
};

/** The last verdict on a failure; null where there is none. */
export const verdictOn = (failure: Failure, decisions: readonly Decision[]): string | null =>
  verdicts[
    decisions.findLast(
      (one) =>
        one.deployment === failure.deployment &&
        one.signal === failure.signal &&
        one.signalKey === failure.key &&
        one.decision in verdicts,
    )?.decision ?? ""
  ] ?? null;
