import type { inferRouterOutputs } from "@trpc/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Status } from "#components/ui/status.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { AppRouter } from "#server/trpc/router.ts";

type Budget = inferRouterOutputs<AppRouter>["github"]["health"]["budgets"][number];

/** What is left of each host's rate limit, as it last said. */
export function BudgetTable({ budgets }: { budgets: readonly Budget[] }) {
  return (
    <Section title="Rate limits" count={budgets.length}>
      {budgets.length === 0 ? (
        <EmptyState kind="nothing" isCompact title="No host was asked yet" />
      ) : (
        <Table label="Rate limits">
          <thead>
            <tr>
              <Th>Connection</Th>
              <Th className="max-sm:hidden">Whose</Th>
              <Th isNumber>Left</Th>
              <Th className="pl-8">State</Th>
            </tr>
          </thead>
          <tbody>
            {budgets.map((budget) => (
              <Tr key={`${budget.connectionId} ${budget.holder}`}>
                <Td>
                  {budget.connectionName}
                  <p className="text-muted text-small sm:hidden">{budget.holder}</p>
                </Td>
                <Td className="max-sm:hidden">{budget.holder}</Td>
                <Td isNumber>
                  {budget.remaining === null || budget.limit === null
                    ? "—"
                    : `${numberText(budget.remaining)} of ${numberText(budget.limit)}`}
                </Td>
                <Td className="pl-8">
                  <BudgetState budget={budget} />
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}

function BudgetState({ budget }: { budget: Budget }) {
  const now = Date.now();
  if (budget.pausedUntil && budget.pausedUntil.getTime() > now)
    return (
      <Status tone="warning">
        The host said to wait until <RelativeTime at={budget.pausedUntil} />
      </Status>
    );
  const isSpent =
    budget.remaining !== null &&
    budget.remaining <= budget.reserve &&
    budget.resetAt !== null &&
    budget.resetAt.getTime() > now;
  if (isSpent && budget.resetAt)
    return (
      <Status tone="warning">
        Used up; renewed <RelativeTime at={budget.resetAt} />
      </Status>
    );
  return <Status tone="success">Enough</Status>;
}
