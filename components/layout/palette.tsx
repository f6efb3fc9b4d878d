"use client";

import { Command } from "cmdk";
import { ArrowRight, Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTheme } from "next-themes";
import { useMemo, useState } from "react";
import { PaletteResults } from "#components/search/palette-results.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { type Action, matches, pageActions, shellActions } from "./palette-actions.ts";
import { pagesInside, placesFor, type Role } from "./places.ts";

const row =
  "flex h-9 cursor-default select-none items-center gap-2.5 rounded-control px-2.5 text-table data-[selected=true]:bg-hover";
const group =
  "px-1.5 pb-1.5 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-muted [&_[cmdk-group-heading]]:text-small";

/** Finds entries, documentation, people, pages and things to do. */
export default function Palette({ role, onClose }: { role: Role; onClose: () => void }) {
  const [query, setQuery] = useState("");
  const [said, setSaid] = useState<HTMLElement | null>(null);
  const router = useRouter();
  const { setTheme, resolvedTheme } = useTheme();
  const actions = useMemo(
    () => [
      ...pageActions(),
      ...shellActions({ toggleTheme: () => setTheme(resolvedTheme === "dark" ? "light" : "dark") }),
    ],
    [setTheme, resolvedTheme],
  );
  const go = (href: string) => {
    onClose();
    router.push(href);
  };
  const run = (action: Action) => {
    onClose();
    // After the dialog has given the focus back, or an opened dialog would lose it again.
    setTimeout(action.run, 0);
  };
  const places = placesFor(role).filter((place) => matches(place.label, query));
  const pages = query.trim() ? pagesInside.filter((page) => matches(page.label, query)) : [];
  return (
    <Dialog
      title="Search or jump to"
      isTitleHidden
      place="top"
      width="max-w-150"
      isOpen
      onOpenChange={(isOpen) => isOpen || onClose()}
    >
      <Command shouldFilter={false} loop label="Search or jump to" className="flex min-h-0 flex-col">
        <div className="flex items-center gap-2.5 border-line border-b px-4">
          <Search aria-hidden size={16} className="shrink-0 text-muted" />
          <Command.Input
            autoFocus
            value={query}
            onValueChange={setQuery}
            placeholder="Find a service, a team, a page, something to do…"
            className="h-12 w-full min-w-0 bg-transparent text-body outline-none"
          />
        </div>
        <div ref={setSaid} />
        <Command.List className="min-h-0 overflow-y-auto pt-1.5">
          <PaletteResults query={query} onOpen={go} look={{ row, group, said }} />
          {places.length + pages.length > 0 ? (
            <Command.Group heading="Go to" className={group}>
              {places.map((place) => (
                <Command.Item
                  key={place.href}
                  value={place.href}
                  onSelect={() => go(place.href)}
                  className={row}
                >
                  <place.icon aria-hidden size={16} strokeWidth={1.5} />
                  {place.label}
                </Command.Item>
              ))}
              {pages.map(({ href, label }) => (
                <Command.Item key={href} value={href} onSelect={() => go(href)} className={row}>
                  <ArrowRight aria-hidden size={16} strokeWidth={1.5} className="text-muted" />
                  {label}
                </Command.Item>
              ))}
            </Command.Group>
          ) : null}
          <Actions actions={actions.filter((action) => matches(action.label, query))} onRun={run} />
        </Command.List>
      </Command>
    </Dialog>
  );
}

function Actions({ actions, onRun }: { actions: Action[]; onRun: (action: Action) => void }) {
  if (actions.length === 0) return null;
  return (
    <Command.Group heading="Do" className={group}>
      {actions.map((action) => (
        <Command.Item
          key={action.label}
          value={`do ${action.label}`}
          onSelect={() => onRun(action)}
          className={row}
        >
          <ArrowRight aria-hidden size={16} strokeWidth={1.5} className="text-muted" />
          {action.label}
        </Command.Item>
      ))}
    </Command.Group>
  );
}
