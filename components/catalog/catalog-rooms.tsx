"use client";

import { ChevronDown } from "lucide-react";
import { buttonLook } from "#components/ui/button-look.ts";
import { Menu } from "#components/ui/menu.tsx";

/** The rooms of the catalogue beside the list itself. */
const rooms = [
  { href: "/catalog/whose", label: "Whose is this?" },
  { href: "/catalog/graph", label: "Graph" },
  { href: "/catalog/upkeep", label: "Upkeep" },
  { href: "/catalog/truth", label: "How true it is" },
  { href: "/catalog/sources", label: "Sources" },
  { href: "/catalog/discovered", label: "Found without a file" },
  { href: "/catalog/validate", label: "Check a file" },
] as const;

export function CatalogRooms() {
  return (
    <Menu
      label="More of the catalog"
      hasOwnWords
      align="end"
      className={buttonLook("secondary", "normal")}
      entries={rooms.map(({ href, label }) => ({ href, label }))}
    >
      More
      <ChevronDown aria-hidden size={14} />
    </Menu>
  );
}
