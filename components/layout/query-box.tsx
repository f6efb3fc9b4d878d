"use client";

import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { classes } from "#components/ui/classes.ts";
import { setValue, toggleValue } from "./list-address.ts";
import { useListState } from "./list-state.tsx";

export type Chip = { name: string; value: string /** "Owner: Payments" */; label: string };

/** Free text, and what is filtered by as chips before it. `/` comes here (key-host.tsx). */
export function QueryBox({
  label,
  chips,
  name = "query",
}: {
  label: string;
  chips: readonly Chip[];
  /** Of the text in the address. */
  name?: string;
}) {
  const { params, go } = useListState();
  const asked = params.get(name) ?? "";
  const [text, setText] = useState(asked);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const box = useRef<HTMLInputElement>(null);
  // The address changed by itself (back, "clear"): the box follows, unless somebody is typing in it.
  useEffect(() => {
    if (document.activeElement !== box.current || asked === "") setText(asked);
  }, [asked]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const ask = (value: string, waitMs: number) => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => go(setValue(params, name, value.trim()), { isStep: false }), waitMs);
  };
  return (
    <search className="flex min-h-8 flex-wrap items-center gap-1 rounded-control border border-line-control bg-canvas px-1.5 py-0.5 focus-within:border-accent focus-within:outline-1 focus-within:outline-accent hover:border-n9">
      <Search aria-hidden size={14} className="mx-1 shrink-0 text-muted" />
      {chips.map((chip) => (
        <button
          key={`${chip.name} ${chip.value}`}
          type="button"
          aria-label={`Remove filter ${chip.label}`}
          // Its label may come from filters that still stream while the server draws this.
          suppressHydrationWarning
          onClick={() => go(toggleValue(params, chip.name, chip.value))}
          className="inline-flex h-6 max-w-60 items-center gap-1 rounded-tight bg-neutral-tint pr-1 pl-2 font-medium text-small hover:bg-pressed"
        >
          <span suppressHydrationWarning className="truncate">
            {chip.label}
          </span>
          <X aria-hidden size={12} className="shrink-0 text-muted" />
        </button>
      ))}
      <input
        ref={box}
        data-search
        type="search"
        aria-label={label}
        placeholder={chips.length > 0 ? "" : label}
        value={text}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => ask(event.target.value, 160)}
        onKeyDown={(event) => {
          if (event.key === "Enter") ask(text, 0);
          if (event.key === "Escape") text ? ask("", 0) : box.current?.blur();
          const last = chips.at(-1);
          if (event.key === "Backspace" && text === "" && last)
            go(toggleValue(params, last.name, last.value));
        }}
        className={classes(
          "h-6.5 min-w-16 flex-1 appearance-none bg-transparent text-table outline-none",
          "[&::-webkit-search-cancel-button]:hidden",
        )}
      />
      {text || chips.length > 0 ? null : (
        <kbd
          aria-hidden
          className="mr-0.5 rounded-tight border border-line-strong px-1 font-sans text-muted text-small leading-4 max-sm:hidden"
        >
          /
        </kbd>
      )}
    </search>
  );
}
