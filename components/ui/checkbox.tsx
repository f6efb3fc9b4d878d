import { Check } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes.ts";

type Props = Omit<ComponentProps<"input">, "type" | "children"> &
  ({ label: string; children?: undefined } | { label?: undefined; children: ReactNode });

/** With `children` the words stand beside the box; with `label` the box stands alone and only its name is kept. */
export function Checkbox({ label, children, className, ...rest }: Props) {
  const box = (
    <span className="relative inline-flex size-4 shrink-0">
      <input
        {...rest}
        type="checkbox"
        aria-label={label}
        className="peer size-4 appearance-none rounded-tight border border-line-control bg-canvas checked:border-accent checked:bg-accent hover:border-n9"
      />
      <Check
        aria-hidden
        size={12}
        strokeWidth={3}
        className="pointer-events-none absolute top-0.5 left-0.5 hidden text-on-accent peer-checked:block"
      />
    </span>
  );
  if (label !== undefined)
    return <span className={classes("inline-flex align-middle", className)}>{box}</span>;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the input is in `box`
    <label className={classes("flex min-h-6 items-center gap-2 text-table", className)}>
      {box}
      {children}
    </label>
  );
}
