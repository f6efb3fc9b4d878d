"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Select } from "#components/ui/select.tsx";
import {
  graphDirections,
  graphDirectionWords,
  graphLimits,
  graphRelations,
  graphRelationWords,
} from "#server/catalog/graph/model.ts";
import { type GraphState, graphHref } from "./graph-address.ts";

type Props = { base: string; root: string | undefined; state: GraphState; kinds: readonly string[] };

/** What is drawn; each change is an address. */
export function GraphFilter({ base, root, state, kinds }: Props) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const go = (change: Partial<GraphState>) =>
    startTransition(() => router.replace(graphHref(base, { ...state, ...change }, root), { scroll: false }));
  const toggled = <Value extends string>(list: readonly Value[], value: Value) =>
    list.includes(value) ? list.filter((other) => other !== value) : [...list, value];
  return (
    <fieldset aria-busy={isPending} className="flex min-w-0 flex-wrap items-start gap-x-6 gap-y-2">
      <legend className="sr-only">What is shown</legend>
      <div className="flex flex-wrap gap-2">
        <Select
          aria-label="Direction"
          value={state.direction}
          options={graphDirections.map((value) => ({ value, label: graphDirectionWords[value] }))}
          onChange={({ target }) => go({ direction: target.value as GraphState["direction"] })}
        />
        <Select
          aria-label="Depth"
          value={String(state.depth)}
          options={Array.from({ length: graphLimits.depth }, (_, index) => ({
            value: String(index + 1),
            label: index === 0 ? "1 step away" : `${index + 1} steps away`,
          }))}
          onChange={({ target }) => go({ depth: Number(target.value) })}
        />
      </div>
      <div className="flex min-h-8 flex-wrap items-center gap-x-3">
        {graphRelations.map((relation) => (
          <Checkbox
            key={relation}
            checked={state.relation.includes(relation)}
            onChange={() => go({ relation: toggled(state.relation, relation) })}
          >
            {graphRelationWords[relation]}
          </Checkbox>
        ))}
      </div>
      <div className="flex flex-wrap gap-x-3">
        {kinds.map((kind) => (
          <Checkbox
            key={kind}
            checked={state.kind.length === 0 || state.kind.includes(kind)}
            onChange={() => go({ kind: toggled(state.kind.length === 0 ? kinds : state.kind, kind) })}
          >
            {kind}
          </Checkbox>
        ))}
      </div>
    </fieldset>
  );
}
