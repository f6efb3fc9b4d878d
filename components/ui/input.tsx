import type { ComponentProps } from "react";
import { classes } from "./classes.ts";

export const inputLook = classes(
  "h-8 w-full min-w-0 rounded-control border border-line-control bg-canvas px-2.5 text-table text-fg",
  "hover:border-n9 focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0",
  "aria-invalid:border-danger-line [&[readonly]]:bg-sunken",
);

/** Named by a `Field` around it (which hands over the id) or by its own `aria-label`. */
type Named = { id: string } | { "aria-label": string };

export function Input({ className, ...rest }: ComponentProps<"input"> & Named) {
  return <input autoComplete="off" spellCheck={false} {...rest} className={classes(inputLook, className)} />;
}
