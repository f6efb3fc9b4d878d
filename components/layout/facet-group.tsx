"use client";

import { useState } from "react";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { toggleValue } from "./list-address.ts";
import { useListState } from "./list-state.tsx";

const shownAtFirst = 6;

type Props = {
  title: string;
  name: string;
  values: readonly { value: string; label: string; count: number }[];
};

/** The values of one facet, the chosen ones always in view. */
export function FacetGroup({ title, name, values }: Props) {
  const { params, go } = useListState();
  const [isLong, setIsLong] = useState(false);
  const chosen = params.getAll(name);
  const all = [
    ...values,
    ...chosen
      .filter((value) => !values.some((known) => known.value === value))
      .map((value) => ({ value, label: value, count: 0 })),
  ];
  if (all.length === 0) return null;
  const shown = isLong
    ? all
    : all.filter((value, index) => index < shownAtFirst || chosen.includes(value.value));
  const hidden = all.length - shown.length;
  return (
    <fieldset className="min-w-0 pb-4">
      <legend className="pb-1 font-medium text-muted text-small">{title}</legend>
      {shown.map((value) => (
        <Checkbox
          key={value.value}
          checked={chosen.includes(value.value)}
          onChange={() => go(toggleValue(params, name, value.value))}
          className="-mx-1 min-h-7 rounded-tight px-1 hover:bg-hover"
        >
          <span className="min-w-0 flex-1 truncate" data-tip-clipped="">
            {value.label}
          </span>
          <span className="tabular text-muted text-small">{numberText(value.count)}</span>
        </Checkbox>
      ))}
      {hidden > 0 || isLong ? (
        <button
          type="button"
          aria-expanded={isLong}
          onClick={() => setIsLong(!isLong)}
          className="mt-0.5 h-6 rounded-tight text-muted text-small hover:text-fg"
        >
          {isLong ? "Show fewer" : `Show ${numberText(hidden)} more`}
        </button>
      ) : null}
    </fieldset>
  );
}
