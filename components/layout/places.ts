import { BookOpen, ChartLine, House, LayoutList, ShieldCheck } from "lucide-react";
import type { ComponentType } from "react";
import type { roleNames } from "#server/identity/model.ts";

export type Role = keyof typeof roleNames;

export type Place = {
  href: string;
  label: string;
  icon: ComponentType<{ size?: number; strokeWidth?: number; "aria-hidden"?: boolean }>;
  /** The second key of `g …`. */
  key: string;
  /** Who sees it; everyone where absent. An admin sees everything. */
  roles?: readonly Role[];
  /** Addresses beside its own whose pages belong to it. */
  also?: readonly string[];
};

/** The rooms of the portal that are built, in the order of the rail. A new room is a line here. */
export const places: readonly Place[] = [
  { href: "/", label: "Home", icon: House, key: "h" },
  { href: "/catalog", label: "Catalog", icon: LayoutList, key: "c" },
  { href: "/docs", label: "Docs", icon: BookOpen, key: "d" },
  { href: "/insights", label: "Insights", icon: ChartLine, key: "i", also: ["/delivery"] },
  { href: "/admin", label: "Admin", icon: ShieldCheck, key: "a", roles: ["platform"] },
];

export function placesFor(role: Role): Place[] {
  return places.filter((place) => role === "admin" || !place.roles || place.roles.includes(role));
}

/** Pages inside places that people look for by name: offered to whoever writes a part of it. */
export const pagesInside: readonly { href: string; label: string }[] = [
  { href: "/delivery/timeline", label: "Timeline of deployments" },
  { href: "/delivery/where", label: "Is my change live?" },
  { href: "/insights/review", label: "Failures to review" },
];

/** The place that a page belongs to. */
export function isAt({ href, also = [] }: Pick<Place, "href" | "also">, pathname: string): boolean {
  return href === "/"
    ? pathname === "/"
    : [href, ...also].some((start) => pathname === start || pathname.startsWith(`${start}/`));
}
