import type { ComponentProps } from "react";
import { classes } from "./classes.ts";

type Props = Omit<ComponentProps<"progress">, "children"> & { "aria-label": string };

/** How far something is, in the colours of the page: the browser's own bar is green or grey whatever the theme. */
export function ProgressBar({ className, ...rest }: Props) {
  return (
    <progress
      {...rest}
      className={classes(
        "h-1.5 max-w-full appearance-none overflow-hidden rounded-full border-0 bg-line-strong",
        "[&::-webkit-progress-bar]:bg-line-strong [&::-webkit-progress-value]:bg-accent",
        "[&::-moz-progress-bar]:bg-accent",
        className,
      )}
    />
  );
}
