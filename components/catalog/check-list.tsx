"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ListKeys } from "#components/ui/list-keys.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { RowLink, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { CheckState } from "./check-state.tsx";

/** The newest branches and pull requests that touched catalogue files. */
export function CheckList() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.checks.list.queryOptions());
  if (data.items.length === 0)
    return (
      <EmptyState kind="nothing" title="No checks yet">
        When a branch or a pull request of a discovered repository changes a catalog file, what it would do
        stands here, and in the pull request where the connection may write there.
      </EmptyState>
    );
  return (
    <>
      <Table label="Checks" className="table-fixed">
        <thead>
          <tr>
            <Th>Change</Th>
            <Th className="max-md:hidden">Result</Th>
            <Th className="w-36">State</Th>
            <Th className="w-32 max-sm:hidden" isNumber>
              Pushed
            </Th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((check) => (
            <Tr key={check.id}>
              <Td>
                <RowLink href={`/catalog/checks/${check.id}`} className="block truncate" data-tip-clipped="">
                  {check.repository} {check.pullRequest ? `#${check.pullRequest}` : check.branch}
                </RowLink>
              </Td>
              <Td className="max-md:hidden">
                <span className="block truncate">{check.summary ?? check.failure ?? ""}</span>
              </Td>
              <Td>
                <CheckState check={check} />
              </Td>
              <Td className="max-sm:hidden" isNumber>
                <RelativeTime at={check.createdAt} />
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
      <ListKeys />
    </>
  );
}
