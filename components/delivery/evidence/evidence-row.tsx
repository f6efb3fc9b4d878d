"use client";

import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { classes } from "#components/ui/classes.ts";
import { countText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { EvidenceMark } from "#server/delivery/decisions/model.ts";
import type { EvidenceRow } from "#server/delivery/figures/evidence-page.ts";
import { EvidenceDetailView } from "./evidence-detail.tsx";
import { kindWords, leadWords, nameOf, reworkWords } from "./evidence-words.ts";

type Props = {
  row: EvidenceRow;
  mark: EvidenceMark | undefined;
  isServiceShown: boolean;
  /** The value that it gives to the figure. */
  aside: string | null;
};

/** One deployment or change that a number counts. Pressed, it opens to what stands behind it. */
export function EvidenceRowItem({ row, mark, isServiceShown, aside }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const panelId = useId();
  const { change } = row;
  const title = change
    ? change.pullRequest === null
      ? `Commit ${change.sha.slice(0, 7)}`
      : `Pull request #${change.pullRequest}`
    : kindWords(row);
  const about = [
    isServiceShown ? nameOf(row.serviceRef) : null,
    row.environment,
    row.sha ? `commit ${row.sha.slice(0, 7)}` : null,
    change ? leadWords(change) : null,
    reworkWords(row),
  ].filter((part) => part !== null);
  return (
    <li className="border-line border-b">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={panelId}
        className="flex w-full items-start gap-2 rounded-tight py-2 text-left hover:bg-hover"
        onClick={() => setIsOpen(!isOpen)}
      >
        <ChevronRight
          aria-hidden
          size={14}
          className={classes("mt-1 shrink-0 text-muted transition-transform", isOpen && "rotate-90")}
        />
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="font-medium text-table">{title}</span>
            <RowBadges row={row} mark={mark} />
          </span>
          <span className="block text-muted text-small">{about.join(" · ")}</span>
        </span>
        <span className="shrink-0 text-right">
          {aside === null ? null : <span className="tabular block text-table">{aside}</span>}
          <RelativeTime at={row.at} className="block text-muted text-small" />
        </span>
      </button>
      <div id={panelId} hidden={!isOpen}>
        {isOpen ? <EvidenceDetailView id={row.id} row={row} /> : null}
      </div>
    </li>
  );
}

function RowBadges({ row, mark }: Pick<Props, "row" | "mark">) {
  return (
    <>
      {row.failState === "confirmed" ? <Badge tone="danger">Failed</Badge> : null}
      {row.failState === "suggested" ? <Badge tone="warning">May have failed</Badge> : null}
      {row.isExcluded ? <Badge>Excluded</Badge> : null}
      {mark?.isDisputed ? <Badge tone="warning">Disputed</Badge> : null}
      {mark && mark.notes > 0 ? <Badge>{countText(mark.notes, "note")}</Badge> : null}
      {row.reworkedAt ? (
        <Badge title="Facts that came later changed what had been worked out before">Recalculated</Badge>
      ) : null}
      {row.change?.isBot ? <Badge>Bot</Badge> : null}
    </>
  );
}
