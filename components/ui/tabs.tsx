import { classes } from "./classes.ts";
import { Link } from "./link.tsx";
import { ShowCurrentTab } from "./show-current-tab.tsx";

export type Tab = { href: string; label: string; count?: number | undefined; isCurrent: boolean };

/** Tabs are places with an address of their own, so they are links, and the back button works. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav aria-label={label} className="overflow-x-auto border-line border-b">
      <ul className="flex gap-1">
        {tabs.map((tab) => (
          <li key={tab.href}>
            <Link
              href={tab.href}
              scroll={false}
              aria-current={tab.isCurrent ? "page" : undefined}
              className={classes(
                "ring-inside -mb-px flex h-9 items-center gap-1.5 whitespace-nowrap border-b-2 px-2 font-medium text-table",
                tab.isCurrent ? "border-accent text-fg" : "border-transparent text-muted hover:text-fg",
              )}
            >
              {tab.label}
              {tab.count ? (
                <span className="tabular font-normal text-muted text-small">{tab.count}</span>
              ) : null}
            </Link>
          </li>
        ))}
      </ul>
      <ShowCurrentTab />
    </nav>
  );
}
