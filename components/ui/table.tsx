import { ArrowDown, ArrowUp } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes.ts";
import { Link } from "./link.tsx";

/** Rows of 40 px (32 compact); the header stays in view under the top bar. `label` says what the rows are. */
export function Table({
  label,
  children,
  className,
}: {
  label: string;
  children: ReactNode;
  className?: string;
}) {
  return (
    <table
      aria-label={label}
      className={classes("w-full border-separate border-spacing-0 text-table", className)}
    >
      {children}
    </table>
  );
}

type HeadProps = {
  children: ReactNode;
  className?: string;
  /** For figures: right-aligned, as are their cells. */
  isNumber?: boolean;
  /** The address that sorts by this column, and how it is sorted now. */
  sort?: { href: string; direction: "asc" | "desc" | null };
};

export function Th({ children, className, isNumber, sort }: HeadProps) {
  const Arrow = sort?.direction === "desc" ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={sort?.direction ? (sort.direction === "asc" ? "ascending" : "descending") : undefined}
      className={classes(
        "sticky top-(--top-height) z-10 h-8 border-line border-b bg-canvas px-2 font-medium text-muted text-small first:pl-0 last:pr-0",
        isNumber ? "text-right" : "text-left",
        className,
      )}
    >
      {sort ? (
        <Link
          href={sort.href}
          scroll={false}
          className={classes(
            "group inline-flex items-center gap-1 rounded-tight hover:text-fg",
            sort.direction && "text-fg",
          )}
        >
          {children}
          <Arrow aria-hidden size={12} className={sort.direction ? "" : "opacity-0 group-hover:opacity-60"} />
        </Link>
      ) : (
        children
      )}
    </th>
  );
}

/** A row that can be reached with j and k (list-keys.tsx) and opened by a press anywhere on it, through its `RowLink`. */
export function Tr({ className, ...rest }: ComponentProps<"tr">) {
  return (
    <tr
      data-row
      {...rest}
      className={classes(
        // Text stands flush with what is above the table; the tint reaches 8 px further on both sides.
        "group/row relative bg-(--tint) shadow-[-8px_0_0_var(--tint),8px_0_0_var(--tint)] [--tint:transparent]",
        "hover:[--tint:var(--color-hover)] has-[[data-row-link]:focus-visible]:[--tint:var(--color-hover)]",
        "has-[[data-row-select]:checked]:[--tint:var(--color-accent-tint)]",
        className,
      )}
    />
  );
}

export function Td({ isNumber, className, ...rest }: ComponentProps<"td"> & { isNumber?: boolean }) {
  return (
    <td
      {...rest}
      className={classes(
        "h-(--row-height) border-line border-b px-2 py-1 first:pl-0 last:pr-0",
        isNumber && "tabular text-right",
        className,
      )}
    />
  );
}

/** The row's own link: its words stand in the first cell, its area covers the row. */
export function RowLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return (
    <Link
      {...rest}
      data-row-link
      className={classes(
        "font-medium text-fg after:absolute after:inset-y-0 focus-visible:outline-none",
        "after:-inset-x-2 focus-visible:after:rounded-tight focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2",
        className,
      )}
    />
  );
}

/** What can be pressed by itself inside a row lies above the row's link. */
export function AboveRow({ children }: { children: ReactNode }) {
  return (
    <span className="relative z-1 inline-flex min-h-5 min-w-0 max-w-full items-center align-top">
      {children}
    </span>
  );
}
