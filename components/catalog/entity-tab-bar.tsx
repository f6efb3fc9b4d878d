"use client";

import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { Tabs } from "#components/ui/tabs.tsx";
import type { EntityTabItem } from "./entity-tabs.ts";

/** The header stays while tabs change, so the browser says which one is open. */
export function EntityTabBar({ tabs }: { tabs: EntityTabItem[] }) {
  const pathname = usePathname();
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // On a phone the open tab may lie beyond the edge.
    for (const link of bar.current?.querySelectorAll("a") ?? [])
      if (link.pathname === pathname) link.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [pathname]);
  return (
    <div ref={bar}>
      <Tabs
        label="About this entry"
        tabs={tabs.map((tab) => ({ ...tab, isCurrent: isOpen(tab, pathname) }))}
      />
    </div>
  );
}

/** Documentation has pages of its own below its tab. */
const isOpen = (tab: EntityTabItem, pathname: string) =>
  tab.href === pathname || (tab.href.endsWith("/docs") && pathname.startsWith(`${tab.href}/`));
