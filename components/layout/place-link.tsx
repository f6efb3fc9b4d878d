"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { classes } from "#components/ui/classes.ts";
import { Link } from "#components/ui/link.tsx";
import { isAt } from "./places.ts";

type Props = {
  href: string;
  also?: readonly string[] | undefined;
  label: string;
  icon: ReactNode;
  canCollapse?: boolean;
  onNavigate?: () => void;
};

/** A place in the rail. In the narrow rail its word becomes its tooltip. */
export function PlaceLink({ href, also, label, icon, canCollapse, onNavigate }: Props) {
  const isHere = isAt({ href, ...(also ? { also } : {}) }, usePathname());
  return (
    <Link
      href={href}
      aria-current={isHere ? "page" : undefined}
      onClick={onNavigate}
      data-tip-clipped=""
      className={classes(
        "ring-inside relative flex h-8 items-center gap-2.5 overflow-hidden rounded-control px-2.5 font-medium text-table transition-colors duration-120",
        isHere
          ? "bg-pressed text-fg before:absolute before:inset-y-2 before:left-0 before:w-0.5 before:rounded-full before:bg-accent"
          : "text-fg-soft hover:bg-hover hover:text-fg",
      )}
    >
      {icon}
      <span className={canCollapse ? "max-lg:sr-only narrow-rail:sr-only" : undefined}>{label}</span>
    </Link>
  );
}
