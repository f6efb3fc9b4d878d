import type { ComponentProps } from "react";
import { classes } from "./classes.ts";
import { inputLook } from "./input.tsx";

type Named = { id: string } | { "aria-label": string };

/** For text of several lines that is pasted rather than written, such as a certificate. */
export function TextArea({ className, ...rest }: ComponentProps<"textarea"> & Named) {
  return (
    <textarea
      autoComplete="off"
      spellCheck={false}
      rows={4}
      {...rest}
      className={classes(inputLook, "h-auto py-1.5 font-mono text-small", className)}
    />
  );
}
