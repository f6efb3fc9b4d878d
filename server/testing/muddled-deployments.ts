import type { TestDeployment } from "./figures.ts";

const day = 86_400_000;

/** Deployments of every sort, by a fixed rule that mixes them. */
export function muddle(now: Date, count: number): TestDeployment[] {
  const at = (daysAgo: number, hour: number) =>
    new Date(now.getTime() - daysAgo * day + (hour - 12) * 3_600_000);
  const kinds = ["forward", "forward", "forward", "redeploy", "rollback", "forward", "unknown"] as const;
  const states = ["confirmed", "suggested", "rejected", "confirmed"] as const;
  return Array.from({ length: count }, (_, i): TestDeployment => {
    const when = at(1 + ((i * 37) % 120), (i * 7) % 24);
    if (i === 0) return { at: when, kind: "baseline" };
    if (i % 11 === 0) return { at: when, isFailed: true };
    const kind = kinds[i % kinds.length] ?? "forward";
    const hours =
      kind === "forward" ? Array.from({ length: 1 + (i % 4) }, (_, k) => (i * (k + 1) * 13) % 300) : [];
    const isOpen = i % 3 === 0;
    const recoveredAt = isOpen ? null : new Date(when.getTime() + ((i * 17) % 90) * 3_600_000);
    const state = states[i % states.length] ?? "confirmed";
    return {
      at: when,
      kind,
      hours: kind === "forward" && i % 9 === 0 ? [0, ...hours] : hours,
      ...(kind === "forward" && i % 4 === 1 ? { botHours: [i % 50] } : {}),
      isExcluded: i % 13 === 0,
      ...(kind === "forward" && i % 5 === 0
        ? {
            failure: {
              state,
              recoveredAt,
              remedy: (i + 1) % count,
              signal: i % 2 ? ("revert" as const) : ("incident" as const),
              detectedAt: when,
            },
          }
        : {}),
    };
  });
}
