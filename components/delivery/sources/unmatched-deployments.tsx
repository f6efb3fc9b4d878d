"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";

/** Deployments that no Component claims, each with what would give it one. */
export function UnmatchedDeployments() {
  const trpc = useTRPC();
  const { data, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    trpc.delivery.unmatched.infiniteQueryOptions(
      { limit: 10 },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title="Deployments without a service">
      {isPending ? <SkeletonRows rows={2} label="Loading deployments" /> : null}
      {data && items.length === 0 ? (
        <p className="py-2 text-muted text-table">None: each deployment belongs to a Component.</p>
      ) : null}
      {items.length > 0 ? (
        <Table label="Deployments without a service">
          <thead>
            <tr>
              <Th>Deployment</Th>
              <Th>Why</Th>
              <Th isNumber className="max-md:hidden">
                When
              </Th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ id, repository, environment, sha, url, at, reason }) => (
              <Tr key={id}>
                <Td className="break-words py-1">
                  {url ? <TextLink href={url}>{repository}</TextLink> : repository}{" "}
                  <span className="text-muted">
                    {sha.slice(0, 7)} to {environment}
                  </span>
                </Td>
                <Td className="break-words py-1 text-fg-soft">{reason}</Td>
                <Td isNumber className="text-muted max-md:hidden">
                  <RelativeTime at={at} />
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      ) : null}
      {hasNextPage ? (
        <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-2">
          Show more
        </Button>
      ) : null}
    </Section>
  );
}
