import { expect } from "vitest";
import type { Who } from "../access-expected.ts";
import { isGuest } from "../access-expected.ts";
import type { World } from "../world.ts";
import type { ProcedureRow } from "./row.ts";

const insiders: Who = { peopleOnly: ["developer", "leader", "platform"] };
const deciders: Who = "our owners, leaders or platform";
const reason = "So that it is said";
const of = (which: "counted" | "excluded" | "disputed") => (world: World) => ({
  id: world.judged[which],
  reason,
});

export const deliveryDecisionProcedures: Readonly<Record<string, ProcedureRow>> = {
  "delivery.evidenceDetail": {
    who: "signed in",
    isOurs: true,
    input: (world) => ({ id: world.judged.counted }),
  },
  "delivery.evidenceMarks": {
    who: "signed in",
    input: (world) => ({ ids: [world.judged.disputed] }),
    sees: (answer: unknown[], caller) =>
      expect(answer).toHaveLength(
        isGuest(caller) && caller.kind !== "nobody" && caller.team !== "own team" ? 0 : 1,
      ),
  },
  "delivery.review": { who: "signed in", input: () => ({}) },
  "delivery.reviewCount": { who: "signed in", input: () => ({}) },
  "delivery.exclude": { who: deciders, input: of("counted") },
  "delivery.include": { who: deciders, input: of("excluded") },
  "delivery.note": { who: deciders, input: of("counted") },
  "delivery.dispute": { who: insiders, input: of("counted") },
  "delivery.settleDispute": { who: deciders, input: of("disputed") },
  "delivery.judgeFailures": {
    who: deciders,
    input: (world) => ({ ids: [world.judged.suggestion], verdict: "confirm" }),
  },
  "delivery.stateFailure": { who: deciders, input: of("counted") },
  "delivery.noteLook": {
    who: "people only",
    isOurs: true,
    input: (world) => ({
      scope: { kind: "service", ref: world.ours },
      metric: "frequency",
      part: "deployments",
    }),
  },
};
