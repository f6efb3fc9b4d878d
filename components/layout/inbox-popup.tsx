"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Popover } from "radix-ui";
import type { RefObject } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { classes } from "#components/ui/classes.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

type Row = { id: string; title: string; reason: string; href: string; createdAt: Date; readAt: Date | null };
type Props = {
  rows: Row[] | null;
  unread: number;
  buttonRef: RefObject<HTMLButtonElement | null>;
  onClose: () => void;
};

export default function InboxPopup({ rows, unread, buttonRef, onClose }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const markRead = useMutation(
    trpc.notifications.markRead.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.notifications.pathFilter()),
    }),
  );
  return (
    <Popover.Root open onOpenChange={(isOpen) => isOpen || onClose()}>
      <Popover.Anchor virtualRef={buttonRef as RefObject<HTMLButtonElement>} />
      <Popover.Portal>
        <Popover.Content
          aria-label="Inbox"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            buttonRef.current?.focus();
          }}
          onInteractOutside={(event) => {
            if (event.target instanceof Node && buttonRef.current?.contains(event.target))
              event.preventDefault();
          }}
          className="z-30 flex max-h-[min(560px,calc(100dvh-72px))] w-[min(400px,calc(100vw-16px))] animate-rise flex-col floating overflow-hidden rounded-panel"
        >
          <div className="flex h-11 items-center justify-between gap-2 border-line border-b pr-2 pl-4">
            <h2 className="font-semibold text-table">Inbox</h2>
            {unread > 0 ? (
              <Button tone="quiet" size="small" isBusy={markRead.isPending} onClick={() => markRead.mutate()}>
                Mark all as read
              </Button>
            ) : null}
          </div>
          <div className="min-h-0 overflow-y-auto">
            <Rows rows={rows} onClose={onClose} />
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Rows({ rows, onClose }: { rows: Row[] | null; onClose: () => void }) {
  if (!rows) return <SkeletonRows rows={3} label="Loading your inbox" />;
  if (rows.length === 0) {
    return (
      <div className="px-4">
        <EmptyState kind="nothing" isCompact title="Nothing here yet">
          Failed deployments and incidents of services that you own will arrive here.
        </EmptyState>
      </div>
    );
  }
  return (
    <ul>
      {rows.map((row) => (
        <li key={row.id}>
          <Link
            href={row.href}
            onClick={onClose}
            className="ring-inside flex gap-2.5 border-line border-b px-4 py-2.5 hover:bg-hover"
          >
            <span
              aria-hidden
              className={classes(
                "mt-1.5 size-2 shrink-0 rounded-full",
                row.readAt ? "bg-transparent" : "bg-info-line",
              )}
            />
            <span className="min-w-0 flex-1 text-table">
              <span className={classes("block", !row.readAt && "font-medium")}>
                {row.readAt ? null : <span className="sr-only">Unread: </span>}
                {row.title}
              </span>
              <span className="block text-muted text-small">
                {row.reason} · <RelativeTime at={row.createdAt} />
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
