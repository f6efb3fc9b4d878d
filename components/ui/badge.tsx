import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import type { StatusTone } from "./status.tsx";

const tones: Record<StatusTone, string> = {
  success: "bg-success-tint text-success",
  warning: "bg-warning-tint text-warning",
  danger: "bg-danger-tint text-danger",
  info: "bg-info-tint text-info",
  neutral: "bg-neutral-tint text-fg-soft",
};

/** A word set apart. Neutral by default: colour only where something wants attention. */
export function Badge({
  tone = "neutral",
  children,
  title,
}: {
  tone?: StatusTone;
  children: ReactNode;
  title?: string;
}) {
  return (
    <span
      title={title}
      className={classes(
        "inline-flex h-5 min-w-0 align-top max-w-full items-center gap-1 truncate rounded-tight px-1.5 font-medium text-small",
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}
