import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import { Status, type StatusTone } from "./status.tsx";

const edges: Record<StatusTone, string> = {
  success: "border-success-line bg-success-tint",
  warning: "border-warning-line bg-warning-tint",
  danger: "border-danger-line bg-danger-tint",
  info: "border-info-line bg-info-tint",
  neutral: "border-line-strong bg-sunken",
};

type Props = { tone: StatusTone; title: string; children?: ReactNode; action?: ReactNode };

/** Something to know about this page before reading it: one line of what, one of what to do. */
export function Notice({ tone, title, children, action }: Props) {
  return (
    <div
      className={classes(
        "flex flex-wrap items-start gap-x-4 gap-y-2 rounded-control border-l-2 px-3 py-2",
        edges[tone],
      )}
    >
      <div className="min-w-0 flex-1">
        <p className="font-medium text-table">
          <Status tone={tone}>{title}</Status>
        </p>
        {children ? <div className="pl-5 text-fg-soft text-table">{children}</div> : null}
      </div>
      {action}
    </div>
  );
}
