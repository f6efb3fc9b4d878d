"use client";

import { entityHref } from "#components/catalog/entity-href.ts";
import { nameOf } from "#components/delivery/evidence/evidence-words.ts";
import { useReason } from "#components/identity/use-reason.ts";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { ReviewItem } from "#server/delivery/decisions/model.ts";

type Props = {
  item: ReviewItem;
  isChosen: boolean;
  isBusy: boolean;
  onChoose: () => void;
  onJudge: (verdict: "confirm" | "reject") => void;
};

/** One suggestion: which deployment, why it is suspected, for how long, and the two answers. */
export function ReviewItemRow({ item, isChosen, isBusy, onChoose, onJudge }: Props) {
  const reason = useReason(item.may);
  const about = `${item.serviceName}${item.sha ? `, commit ${item.sha.slice(0, 7)}` : ""}`;
  return (
    <li
      data-row
      className="flex items-start gap-3 border-line border-b py-3 has-[[data-row-link]:focus-visible]:bg-hover"
    >
      {item.may ? (
        <span className="size-4 shrink-0" />
      ) : (
        <Checkbox
          label={`Choose ${about}`}
          data-row-select
          className="mt-0.5"
          checked={isChosen}
          onChange={onChoose}
        />
      )}
      <div className="min-w-0 flex-1">
        <p className="text-table">
          <TextLink href={entityHref(item.serviceRef)} className="font-medium" data-row-link>
            {item.serviceName}
          </TextLink>{" "}
          <span className="text-muted text-small">
            {item.ownerRef ? `${nameOf(item.ownerRef)} · ` : "nobody owns it · "}
            {item.sha ? `commit ${item.sha.slice(0, 7)} · ` : ""}
            {item.environment}, deployed <RelativeTime at={item.at} />
          </span>
        </p>
        <p className="text-fg-soft text-table">
          {item.words} {item.href ? <TextLink href={item.href}>Look at it</TextLink> : null}
        </p>
        <p className="text-muted text-small">
          Seen <RelativeTime at={item.seenAt} />
        </p>
      </div>
      <div className="flex shrink-0 gap-2 max-sm:flex-col">
        <Button
          size="small"
          data-verdict="confirm"
          aria-label={`Confirm: ${about}`}
          disabledReason={reason}
          isBusy={isBusy}
          onClick={() => onJudge("confirm")}
        >
          Confirm
        </Button>
        <Button
          size="small"
          data-verdict="reject"
          aria-label={`Reject: ${about}`}
          disabledReason={reason}
          isBusy={isBusy}
          onClick={() => onJudge("reject")}
        >
          Reject
        </Button>
      </div>
    </li>
  );
}
