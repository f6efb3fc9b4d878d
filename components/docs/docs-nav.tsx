import { ExternalLink } from "lucide-react";
import { classes } from "#components/ui/classes.ts";
import { Link } from "#components/ui/link.tsx";
import { type NavItem, pagesInOrder } from "#server/docs/model.ts";
import { docsHref } from "./docs-href.ts";

type Props = { entityRef: string; items: readonly NavItem[]; current: string; onNavigate?: () => void };

/** The pages of a site as its authors arranged them; the section of the open page is open. */
export function DocsNav({ entityRef, items, current, onNavigate }: Props) {
  return (
    <ul className="flex flex-col gap-px">
      {items.map((item, index) => (
        // Two places may have the same title and page.
        // biome-ignore lint/suspicious/noArrayIndexKey: the order is the authors' and does not change
        <li key={index}>
          <NavPlace
            entityRef={entityRef}
            item={item}
            current={current}
            {...(onNavigate ? { onNavigate } : {})}
          />
        </li>
      ))}
    </ul>
  );
}

const place = "block rounded-tight px-2 py-1 text-table [overflow-wrap:anywhere] hover:bg-hover ring-inside";

function NavPlace({ item, ...rest }: Omit<Props, "items"> & { item: NavItem }) {
  if (item.kind === "section") {
    const isOpen = pagesInOrder(item.items).some(({ path }) => path === rest.current);
    return (
      <details open={isOpen || item.items.length <= 12}>
        <summary className={classes(place, "font-medium text-fg")}>{item.title}</summary>
        <div className="ml-2 border-line border-l pl-1">
          <DocsNav {...rest} items={item.items} />
        </div>
      </details>
    );
  }
  if (item.kind === "link")
    return (
      <a
        href={item.href}
        rel="noreferrer noopener"
        className={classes(place, "flex items-center gap-1 text-fg-soft")}
      >
        {item.title}
        <ExternalLink aria-hidden size={12} className="text-muted" />
      </a>
    );
  const isCurrent = item.path === rest.current;
  return (
    <Link
      href={docsHref(rest.entityRef, item.path)}
      aria-current={isCurrent ? "page" : undefined}
      {...(rest.onNavigate ? { onClick: rest.onNavigate } : {})}
      className={classes(place, isCurrent ? "bg-accent-tint font-medium text-accent" : "text-fg-soft")}
    >
      {item.title}
    </Link>
  );
}
