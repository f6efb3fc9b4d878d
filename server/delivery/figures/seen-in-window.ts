import type { ScopeService } from "./scope.ts";
import type { ServiceObservation } from "./service-observation.ts";
import type { FiguresWindow, Span } from "./window.ts";

/** A stretch of time in milliseconds, half open. */
type Stretch = { from: number; to: number };

const momentOf = (text: string): number =>
  text === "-infinity" ? Number.NEGATIVE_INFINITY : text === "infinity" ? Infinity : Date.parse(text);

const common = (one: Stretch, other: Stretch): Stretch[] => {
  const both = { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) };
  return both.from < both.to ? [both] : [];
};

/** How far a service was seen in the time of a window that has passed and in which it belonged to the scope. */
export type SeenInWindow = {
  /** `not_owned`: it belonged to the scope at no time of the window. Null: at least a part of it was seen. */
  reason: "not_owned" | "not_observed" | null;
  /** Days that were seen from their beginning to their end, of all that there are. */
  days: { seen: number; of: number };
  /** It belonged to the scope from the beginning of the window to its end. */
  isThroughout: boolean;
};

/** `days` are those of the window; `spans` tell when the service belonged to the scope. Pure. */
export function seenInWindow(
  { now, asOf }: Pick<FiguresWindow, "now" | "asOf">,
  days: readonly Pick<Span, "from" | "to">[],
  spans: readonly Pick<ScopeService, "from" | "to">[],
  observation: ServiceObservation,
): SeenInWindow {
  const owned = spans.map(({ from, to }) => ({ from: momentOf(from), to: momentOf(to) }));
  const within = ({ from, to }: Pick<Span, "from" | "to">, end = Infinity) =>
    owned.flatMap((span) => common(span, { from: from.getTime(), to: Math.min(to.getTime(), end) }));
  const passed = within(now, asOf.getTime());
  const inScope = within(now).reduce((sum, { from, to }) => sum + to - from, 0);
  const isBlind = passed.every((stretch) => isHidden(stretch, observation));
  const begun = days.map((day) => within(day, asOf.getTime())).filter((parts) => parts.length > 0);
  const seen = begun.filter((parts) => parts.every((part) => isSeen(part, observation)));
  return {
    reason: inScope === 0 ? "not_owned" : isBlind ? "not_observed" : null,
    days: { seen: seen.length, of: begun.length },
    isThroughout: inScope === now.to.getTime() - now.from.getTime(),
  };
}

const sinceOf = ({ since }: ServiceObservation): number => since?.getTime() ?? Infinity;
const gapsOf = (observation: ServiceObservation): Stretch[] =>
  observation.gaps.map(({ from, to }) => ({ from: from.getTime(), to: to?.getTime() ?? Infinity }));

const isSeen = (stretch: Stretch, observation: ServiceObservation): boolean =>
  sinceOf(observation) <= stretch.from &&
  gapsOf(observation).every((gap) => common(gap, stretch).length === 0);

/** Whether no moment of a stretch was seen: observation began later, or the rest of it lies in gaps from end to end. */
function isHidden({ from, to }: Stretch, observation: ServiceObservation): boolean {
  let at = Math.max(from, sinceOf(observation));
  for (const gap of gapsOf(observation)) if (gap.from <= at) at = Math.max(at, gap.to);
  return at >= to;
}
