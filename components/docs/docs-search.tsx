"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { classes } from "#components/ui/classes.ts";
import { inputLook } from "#components/ui/input.tsx";
import { DocsHits } from "./docs-hits.tsx";

/** Searches the pages of one site while somebody types. Escape closes, arrows go through what was found. */
export function DocsSearch({ entityRef }: { entityRef: string }) {
  const trpc = useTRPC();
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  const [isOpen, setIsOpen] = useState(false);
  const box = useRef<HTMLElement>(null);
  const listId = useId();
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), 160);
    return () => clearTimeout(timer);
  }, [text]);
  const { data: hits, isFetching } = useQuery(
    trpc.docs.search.queryOptions(
      { ref: entityRef, query: asked, limit: 12 },
      { enabled: asked !== "", placeholderData: keepPreviousData },
    ),
  );
  const isShown = isOpen && asked !== "" && hits !== undefined;
  return (
    <search
      ref={box}
      className="relative min-w-0 flex-1"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setIsOpen(false);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") setIsOpen(false);
        if (event.key === "ArrowDown" || event.key === "ArrowUp")
          moveFocus(event.currentTarget, event.key === "ArrowDown" ? 1 : -1) && event.preventDefault();
      }}
    >
      <Search aria-hidden size={14} className="pointer-events-none absolute top-2.25 left-2.5 text-muted" />
      <input
        data-search
        type="search"
        aria-label="Search this documentation"
        placeholder="Search this documentation"
        aria-controls={isShown ? listId : undefined}
        value={text}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        onFocus={() => setIsOpen(true)}
        onChange={(event) => {
          setText(event.target.value);
          setIsOpen(true);
        }}
        className={classes(inputLook, "pl-8")}
      />
      {isShown ? (
        <div
          id={listId}
          className="absolute inset-x-0 top-9 z-20 max-h-[60vh] floating overflow-y-auto rounded-panel p-1"
        >
          <DocsHits hits={hits} label="Found in this documentation" onOpen={() => setIsOpen(false)} />
        </div>
      ) : null}
      <span role="status" className="sr-only">
        {isShown && !isFetching ? (hits.length === 0 ? "Nothing found" : `${hits.length} places found`) : ""}
      </span>
    </search>
  );
}

function moveFocus(box: HTMLElement, step: 1 | -1): boolean {
  const places = [...box.querySelectorAll<HTMLElement>("input, a")];
  const next = places[places.indexOf(document.activeElement as HTMLElement) + step];
  next?.focus();
  return next !== undefined;
}
