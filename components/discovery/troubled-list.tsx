"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { countText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import { TextLink } from "#components/ui/text-link.tsx";

const shownAtFirst = 3;

/** Repositories that are gone or could not be read, with the reason and the age of what is shown of them. */
export function TroubledList({ connectionId }: { connectionId: string }) {
  const trpc = useTRPC();
  const [isLong, setIsLong] = useState(false);
  const { data } = useQuery(trpc.discovery.troubled.queryOptions({ connectionId }));
  if (!data || data.items.length === 0) return null;
  const shown = isLong ? data.items : data.items.slice(0, shownAtFirst);
  return (
    <ul className="flex flex-col gap-1 text-table">
      {shown.map((item) => (
        <li key={item.id} className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <Status tone="warning">
            <TextLink href={item.locationId ? `/catalog/sources/${item.locationId}` : item.url}>
              {item.fullName}
            </TextLink>
          </Status>
          <span className="min-w-0 text-fg-soft">
            {item.reason}, since <RelativeTime at={item.since} />
            {item.asOf ? (
              <>
                ; shown as of <RelativeTime at={item.asOf} />
              </>
            ) : null}
          </span>
        </li>
      ))}
      {data.items.length > shownAtFirst ? (
        <li>
          <Button size="small" tone="quiet" aria-expanded={isLong} onClick={() => setIsLong(!isLong)}>
            {isLong ? "Show fewer" : `Show ${countText(data.items.length - shownAtFirst, "more", "more")}`}
          </Button>
        </li>
      ) : null}
    </ul>
  );
}
