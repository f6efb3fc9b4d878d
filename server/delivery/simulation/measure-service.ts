import type { Ctx } from "#server/core/context.ts";
import { measureWindow, readFacts } from "#server/delivery/figures/answer.ts";
import type { Figures } from "#server/delivery/figures/figure.ts";
import type { Coverage } from "#server/delivery/figures/figures-answer.ts";
import type { ResolvedScope } from "#server/delivery/figures/scope.ts";
import type { FiguresWindow } from "#server/delivery/figures/window.ts";

/** The figures of a service's page, from the rows that it has in this transaction. */
export async function measureService(
  tx: Ctx,
  { id, entityRef }: { id: string; entityRef: string },
  window: FiguresWindow,
): Promise<{ figures: Figures; coverage: Coverage }> {
  const scope: ResolvedScope = {
    kind: "service",
    ref: entityRef,
    name: entityRef,
    services: [{ id, ref: entityRef, from: "-infinity", to: "infinity" }],
    withoutDelivery: 0,
  };
  const options = { exclusions: true, bots: true };
  const facts = readFacts(tx, scope, window, options);
  const { figures, coverage } = await measureWindow(tx, scope, window, options, facts);
  return { figures, coverage };
}
