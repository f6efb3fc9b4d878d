import { CircleDashed, FilterX, Lock, Plug, TriangleAlert } from "lucide-react";
import type { ComponentType, ReactNode } from "react";
import { classes } from "./classes.ts";
import { CommandLine } from "./command-line.tsx";

const icons = {
  nothing: CircleDashed,
  filtered: FilterX,
  noAccess: Lock,
  notConnected: Plug,
  error: TriangleAlert,
} satisfies Record<string, ComponentType>;

type Props = {
  /** nothing: nothing yet · filtered: hidden by the filter · noAccess · notConnected: its source is missing · error. */
  kind: keyof typeof icons;
  title: string;
  children?: ReactNode;
  /** The one next step. */
  action?: ReactNode;
  command?: string;
  requestId?: string | null | undefined;
  isCompact?: boolean;
};

/** What would be here, why it is not, and the one next step. */
export function EmptyState({ kind, title, children, action, command, requestId, isCompact }: Props) {
  const Icon = icons[kind];
  return (
    <div
      role={kind === "error" ? "alert" : undefined}
      className={classes(
        "flex flex-col items-start gap-3",
        isCompact ? "py-4" : "mx-auto max-w-[480px] py-12",
      )}
    >
      <div className="flex items-start gap-2.5">
        <Icon
          aria-hidden
          size={16}
          className={classes("mt-0.5", kind === "error" ? "text-danger" : "text-muted")}
        />
        <div className="min-w-0">
          <p className="font-medium text-body">{title}</p>
          {children ? <div className="mt-0.5 text-fg-soft text-table">{children}</div> : null}
          {requestId ? (
            <p className="mt-1 text-muted text-small">
              Request <code className="select-all font-mono">{requestId}</code>
            </p>
          ) : null}
        </div>
      </div>
      {command ? (
        <div className="w-full pl-6.5">
          <CommandLine command={command} />
        </div>
      ) : null}
      {action ? <div className="flex gap-2 pl-6.5">{action}</div> : null}
    </div>
  );
}
