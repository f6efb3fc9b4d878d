import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { classes } from "./classes.ts";
import { inputLook } from "./input.tsx";

type Named = { id: string } | { "aria-label": string };
type Props = Omit<ComponentProps<"select">, "children" | "multiple"> & {
  options: readonly { value: string; label: string }[];
};

/** The platform's own list: right on a phone, on a keyboard and in a screen reader, at no cost. */
export function Select({ options, className, ...rest }: Props & Named) {
  return (
    <span className={classes("relative inline-flex min-w-0", className)}>
      <select {...rest} className={classes(inputLook, "appearance-none pr-7")}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        size={14}
        className="-translate-y-1/2 pointer-events-none absolute top-1/2 right-2 text-muted"
      />
    </span>
  );
}
