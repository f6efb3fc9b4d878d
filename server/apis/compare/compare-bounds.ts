import type { Schema } from "../model.ts";
import { add, type Comparison } from "./comparison.ts";
import { called, ruleName, type Spot } from "./spot.ts";

const upper: Readonly<Record<string, string>> = {
  maximum: "max",
  maxLength: "max-length",
  maxItems: "max-items",
  maxProperties: "max-properties",
};
const lower: Readonly<Record<string, string>> = {
  minimum: "min",
  minLength: "min-length",
  minItems: "min-items",
  minProperties: "min-properties",
};

/** Upper and lower bounds and patterns: tighter ones refuse what was sent before, wider ones give what nobody expects. */
export function compareBounds(comparison: Comparison, old: Schema, now: Schema, spot: Spot): void {
  for (const [keyword, word] of Object.entries({ ...upper, ...lower })) {
    const [from, to] = [old.limits?.[keyword], now.limits?.[keyword]];
    if (
      from === to ||
      (from !== undefined && typeof from !== "number") ||
      (to !== undefined && typeof to !== "number")
    )
      continue;
    const isUpper = keyword in upper;
    const isTighter = to !== undefined && (from === undefined || (isUpper ? to < from : to > from));
    const step =
      from === undefined ? "set" : to === undefined ? "unset" : to < from ? "decreased" : "increased";
    const level =
      spot.side === "request" ? (isTighter ? "breaking" : "compatible") : isTighter ? "compatible" : "risky";
    add(
      comparison,
      level,
      ruleName(spot, `${word}-${step}`),
      spot,
      `${called(spot)}: ${keyword} ${from ?? "(none)"} became ${to ?? "(none)"}`,
    );
  }
  const [from, to] = [old.limits?.pattern, now.limits?.pattern];
  if (from === to) return;
  const [step, level] =
    from === undefined
      ? (["added", spot.side === "request" ? "breaking" : "compatible"] as const)
      : to === undefined
        ? (["removed", spot.side === "request" ? "compatible" : "risky"] as const)
        : (["changed", "risky"] as const);
  add(
    comparison,
    level,
    ruleName(spot, `pattern-${step}`),
    spot,
    `${called(spot)}: the pattern ${from ?? "(none)"} became ${to ?? "(none)"}`,
  );
}
