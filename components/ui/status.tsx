import { Ban, CircleAlert, CircleCheck, CircleDashed, Info, TriangleAlert } from "lucide-react";
import type { ComponentProps, ComponentType, ReactNode } from "react";
import { classes } from "./classes.ts";

export type StatusTone = "success" | "warning" | "danger" | "info" | "neutral";

export const statusText: Record<StatusTone, string> = {
  success: "text-success",
  warning: "text-warning",
  danger: "text-danger",
  info: "text-info",
  neutral: "text-muted",
};

const icons: Record<StatusTone | "stopped", ComponentType<ComponentProps<typeof Info>>> = {
  success: CircleCheck,
  warning: TriangleAlert,
  danger: CircleAlert,
  info: Info,
  neutral: CircleDashed,
  stopped: Ban,
};

type Props = {
  tone: StatusTone;
  children: ReactNode;
  icon?: ComponentType<ComponentProps<typeof Info>>;
  className?: string;
};

/** How something stands: an icon in the status colour and always the word, in ordinary text. */
export function Status({ tone, children, icon, className }: Props) {
  const Icon = icon ?? icons[tone];
  return (
    <span className={classes("inline-flex min-w-0 max-w-full items-center gap-1.5 align-top", className)}>
      <Icon aria-hidden size={14} strokeWidth={2} className={statusText[tone]} />
      <span className="truncate">{children}</span>
    </span>
  );
}
