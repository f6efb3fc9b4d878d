import { type ReactNode, useId } from "react";
import { classes } from "./classes.ts";

type Props = {
  title: string;
  count?: number | string;
  action?: ReactNode;
  children: ReactNode;
  className?: string;
  level?: 2 | 3;
};

/** A part of a page under its own heading. */
export function Section({ title, count, action, children, className, level = 2 }: Props) {
  const id = useId();
  const Heading = level === 2 ? "h2" : "h3";
  return (
    <section aria-labelledby={id} className={classes("min-w-0", className)}>
      <div className="flex min-h-8 items-center gap-2 pb-1">
        <Heading id={id} className={level === 2 ? "font-semibold text-section" : "font-medium text-table"}>
          {title}
        </Heading>
        {count === undefined ? null : <span className="tabular text-muted text-table">{count}</span>}
        <span className="flex-1" />
        {action}
      </div>
      {children}
    </section>
  );
}
