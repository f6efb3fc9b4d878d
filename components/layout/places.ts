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
};

/** The rooms of the portal that are built, in the order of the rail. A new room is a line here. */
export const places: readonly Place[] = [
  { href: "/", label: "Home", icon: House, key: "h" },
  { href: "/catalog", label: "Catalog", icon: LayoutList, key: "c" },
  { href: "/docs", label: "Docs", icon: BookOpen, key: "d" },
  { href: "/insights", label: "Insights", icon: ChartLine, key: "i" },
  { href: "/admin", label: "Admin", icon: ShieldCheck, key: "a", roles: ["platform"] },
];

export function placesFor(role: Role): Place[] {
  return places.filter((place) => role === "admin" || !place.roles || place.roles.includes(role));
}

/** The place that a page belongs to. */
export function isAt(place: { href: string }, pathname: string): boolean {
  return place.href === "/"
    ? pathname === "/"
    : pathname === place.href || pathname.startsWith(`${place.href}/`);
}
