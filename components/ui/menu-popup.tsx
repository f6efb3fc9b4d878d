"use client";

import { Check } from "lucide-react";
import { useRouter } from "next/navigation";
import { DropdownMenu } from "radix-ui";
import type { RefObject } from "react";
import { classes } from "./classes.ts";
import { Kbd } from "./kbd.tsx";
import type { MenuEntry } from "./menu.tsx";

type Props = {
  label: string;
  entries: readonly MenuEntry[];
  align: "start" | "end";
  side: "top" | "bottom";
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  buttonRef: RefObject<HTMLButtonElement | null>;
};

const row = classes(
  "relative flex min-h-8 w-full cursor-default select-none items-center gap-2 rounded-tight px-2 py-1 text-table outline-none",
  "data-[highlighted]:bg-hover",
);

export default function MenuPopup({ label, entries, align, side, isOpen, onOpenChange, buttonRef }: Props) {
  return (
    <DropdownMenu.Root open={isOpen} onOpenChange={onOpenChange} modal={false}>
      <DropdownMenu.Trigger asChild>
        <span aria-hidden className="pointer-events-none absolute inset-0" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={landmarkOf(buttonRef.current)}>
        <DropdownMenu.Content
          aria-label={label}
          aria-labelledby={undefined}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 max-w-80 animate-rise floating overflow-y-auto rounded-panel p-1"
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // A dialog that an entry opened keeps the focus.
            if (!document.querySelector("[role=dialog]")) buttonRef.current?.focus();
          }}
          onInteractOutside={(event) => {
            // The button closes the list itself; closing it here as well would open it again.
            if (event.target instanceof Node && buttonRef.current?.contains(event.target))
              event.preventDefault();
          }}
        >
          {entries.map((entry, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries are a fixed list
            <Entry key={index} entry={entry} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Where the button stands, so that a list of landmarks misses nothing; the end of the page where it stands in none. */
const landmarkOf = (button: HTMLElement | null) =>
  button?.closest<HTMLElement>("main,header,nav,aside") ?? null;

function Entry({ entry }: { entry: MenuEntry }) {
  if (entry.kind === "line") return <DropdownMenu.Separator className="mx-1 my-1 h-px bg-line" />;
  if (entry.kind === "note") {
    return (
      <DropdownMenu.Label className="px-2 py-1.5">
        <span className="block truncate font-medium text-table">{entry.title}</span>
        {entry.detail ? <span className="block truncate text-muted text-small">{entry.detail}</span> : null}
      </DropdownMenu.Label>
    );
  }
  if (entry.kind === "choice") return <Choice entry={entry} />;
  return <Item entry={entry} />;
}

function Choice({ entry }: { entry: Extract<MenuEntry, { kind: "choice" }> }) {
  return (
    <DropdownMenu.RadioGroup value={entry.value} onValueChange={entry.onChoose} aria-label={entry.label}>
      <DropdownMenu.Label className="px-2 pt-1.5 pb-0.5 text-muted text-small">
        {entry.label}
      </DropdownMenu.Label>
      {entry.options.map((option) => (
        <DropdownMenu.RadioItem key={option.value} value={option.value} className={row}>
          <span className="inline-flex size-4 items-center justify-center">
            <DropdownMenu.ItemIndicator>
              <Check aria-hidden size={14} />
            </DropdownMenu.ItemIndicator>
          </span>
          {option.label}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

function Item({ entry }: { entry: Exclude<MenuEntry, { kind: "line" | "note" | "choice" }> }) {
  const router = useRouter();
  const content = (
    <>
      {entry.icon}
      <span className="min-w-0 flex-1">
        <span className="block truncate">{entry.label}</span>
        {entry.disabledReason ? <span className="block text-small">{entry.disabledReason}</span> : null}
      </span>
      {entry.keys ? <Kbd keys={entry.keys} /> : null}
    </>
  );
  if (entry.disabledReason) {
    // Reachable and readable, unlike a disabled item, which Radix skips.
    return (
      <DropdownMenu.Item
        className={classes(row, "text-muted")}
        aria-disabled
        onSelect={(event) => event.preventDefault()}
      >
        {content}
      </DropdownMenu.Item>
    );
  }
  const { href } = entry;
  const look = classes(row, entry.isDanger && "text-danger data-[highlighted]:bg-danger-tint");
  if (href) {
    return (
      <DropdownMenu.Item asChild className={look}>
        <a
          href={href}
          download={entry.isDownload || undefined}
          onClick={(event) => {
            if (entry.isDownload || event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            router.push(href);
          }}
        >
          {content}
        </a>
      </DropdownMenu.Item>
    );
  }
  return (
    <DropdownMenu.Item className={look} onSelect={() => entry.onSelect?.()}>
      {content}
    </DropdownMenu.Item>
  );
}
