"use client";

import { useQuery } from "@tanstack/react-query";
import { Bell } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";

const InboxPopup = lazy(() => import("./inbox-popup.tsx"));

/** The bell: news for this person about things they own. */
export function Inbox() {
  const [isOpen, setIsOpen] = useState(false);
  const ref = useRef<HTMLButtonElement>(null);
  const trpc = useTRPC();
  const { data } = useQuery(trpc.notifications.inbox.queryOptions(undefined, { refetchInterval: 60_000 }));
  const unread = data?.unread ?? 0;
  const label = unread > 0 ? `Inbox, ${unread} unread` : "Inbox";
  return (
    <span className="relative inline-flex">
      <button
        ref={ref}
        type="button"
        aria-label={label}
        data-tip={isOpen ? undefined : label}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setIsOpen((before) => !before)}
        className="relative inline-flex size-8 items-center justify-center rounded-control text-fg-soft hover:bg-hover hover:text-fg aria-expanded:bg-hover"
      >
        <Bell aria-hidden size={16} strokeWidth={1.5} />
        {unread > 0 ? (
          <span
            aria-hidden
            className="tabular absolute top-0.5 right-0.5 inline-flex h-3.5 min-w-3.5 items-center justify-center rounded-full bg-danger-tint px-0.75 font-semibold text-[10px] text-danger leading-none"
          >
            {unread > 99 ? "99+" : unread}
          </span>
        ) : null}
      </button>
      {isOpen ? (
        <Suspense>
          <InboxPopup
            rows={data?.rows ?? null}
            unread={unread}
            buttonRef={ref}
            onClose={() => setIsOpen(false)}
          />
        </Suspense>
      ) : null}
    </span>
  );
}
