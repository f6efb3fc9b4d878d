"use client";

import { Info } from "lucide-react";
import { type ToggleEvent, useId, useRef } from "react";
import { classes } from "#components/ui/classes.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { type FactSource, originWords } from "#server/trust/model.ts";
import { ConfirmButton } from "./confirm-button.tsx";

type Props = {
  /** What the fact is called: "Owner". */
  name: string;
  source: FactSource;
  /** The entry, for those who may say that this fact of it is still right. */
  confirmRef?: string | undefined;
};

/**
 * Where a fact is from and since when, behind a mark that shows when its line is pointed at or reached by keyboard. The
 * browser's own popover: Escape closes it, and the focus goes back to the mark.
 */
export function FactMark({ name, source, confirmRef }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const place = (event: ToggleEvent<HTMLDivElement>) => {
    if (event.newState !== "open" || !button.current) return;
    const tip = event.currentTarget;
    const anchor = button.current.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    const isBelow = anchor.bottom + 4 + height < innerHeight;
    tip.style.left = `${Math.max(8, Math.min(anchor.right - width, innerWidth - width - 8))}px`;
    tip.style.top = `${Math.max(8, isBelow ? anchor.bottom + 4 : anchor.top - 4 - height)}px`;
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        popoverTarget={id}
        aria-label={`Where “${name}” is from`}
        className={classes(
          "inline-flex size-6 items-center justify-center rounded-tight text-muted hover:text-fg",
          "opacity-0 focus-visible:opacity-100 group-hover/fact:opacity-100 [@media(hover:none)]:opacity-100",
        )}
      >
        <Info aria-hidden size={14} />
      </button>
      <div
        id={id}
        popover="auto"
        onToggle={place}
        className="fixed m-0 floating max-w-80 rounded-panel p-3 text-fg text-table"
      >
        <Words name={name} source={source} />
        {confirmRef && source.pointer ? (
          <div className="pt-2">
            <ConfirmButton entityRef={confirmRef} fact={{ name, pointer: source.pointer }} refusal={null} />
          </div>
        ) : null}
      </div>
    </>
  );
}

function Words({ name, source }: Props) {
  return (
    <>
      <p className="font-medium">{name}</p>
      <p className="break-words text-fg-soft">
        {originWords[source.origin]}
        {source.origin === "portal" && source.by ? `, added by ${source.by}` : null}
        {source.origin === "portal" ? null : ": "}
        {source.origin === "portal" ? null : source.url ? (
          <TextLink href={source.url}>{source.place}</TextLink>
        ) : (
          <span className="font-mono text-small">{source.place}</span>
        )}
      </p>
      <p className="text-fg-soft">
        {source.isFirst ? "So since it was first seen, " : "So since "}
        <RelativeTime at={source.since} />
        {source.by && source.origin !== "portal" ? `, by ${source.by}` : null}
      </p>
      {source.confirmedAt ? (
        <p className="text-fg-soft">
          Confirmed <RelativeTime at={source.confirmedAt} />
          {source.confirmedBy ? ` by ${source.confirmedBy}` : null}
        </p>
      ) : null}
    </>
  );
}
