"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Status } from "#components/ui/status.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { BudgetTable } from "./budget-table.tsx";
import { GapTable } from "./gap-table.tsx";
import { HookTable } from "./hook-table.tsx";
import { PayloadDaysForm } from "./payload-days-form.tsx";

/** Gaps, lag, rate limits, hooks and secrets on one page; looked at again every ten seconds. */
export function WebhookHealth() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.github.health.queryOptions(undefined, { refetchInterval: 10_000 }));
  const { lag, comparison, retention } = data;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-8 border-line border-t pt-4">
      <Section title="The last hour">
        <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4">
          <Figure term="Worked in" value={numberText(lag.finished)} />
          <Figure term="Half of them within" value={duration(lag.p50Ms)} />
          <Figure term="99 of 100 within" value={duration(lag.p99Ms)} />
          <Figure
            term="Waiting now"
            value={numberText(lag.pending)}
            note={
              lag.oldestPendingAt ? (
                <>
                  the oldest <RelativeTime at={lag.oldestPendingAt} />
                </>
              ) : null
            }
          />
        </dl>
      </Section>
      <HookTable hooks={data.hooks} />
      <GapTable gaps={data.gaps} comparison={comparison} />
      <BudgetTable budgets={data.budgets} />
      <Section title="Secrets" count={data.secrets.length}>
        {data.secrets.length === 0 ? (
          <EmptyState kind="nothing" isCompact title="No webhook secret: every webhook is refused" />
        ) : (
          <Table label="Webhook secrets by connection">
            <thead>
              <tr>
                <Th>Connection</Th>
                <Th>State</Th>
                <Th isNumber>Newest made</Th>
              </tr>
            </thead>
            <tbody>
              {data.secrets.map((secret) => (
                <Tr key={secret.connectionName}>
                  <Td>{secret.connectionName}</Td>
                  <Td>
                    {secret.isSwitchedOff ? (
                      <Status tone="neutral">Switched off: what it signs is refused</Status>
                    ) : secret.active > 1 ? (
                      <Status tone="info">{numberText(secret.active)} count, while one is changed</Status>
                    ) : (
                      <Status tone="success">One counts</Status>
                    )}
                  </Td>
                  <Td isNumber className="text-muted">
                    <RelativeTime at={secret.newestAt} />
                  </Td>
                </Tr>
              ))}
            </tbody>
          </Table>
        )}
      </Section>
      <Section title="How long payloads are kept">
        <p className="max-w-170 pb-3 text-fg-soft text-table">
          Bodies hold names and texts of commits, pull requests and issues. Each night those of finished
          webhooks that are older are emptied; what waits or has failed keeps its body. Figures stay, and so
          do the id, the hash and the outcome for {numberText(retention.keptDays)} days, so that a webhook
          that comes again is still known.
          {retention.oldestPayloadAt ? (
            <>
              {" "}
              The oldest body is from <RelativeTime at={retention.oldestPayloadAt} />.
            </>
          ) : null}
        </p>
        <PayloadDaysForm days={retention.payloadDays} refusal={data.may.setPayloadDays} />
      </Section>
    </div>
  );
}

function Figure({ term, value, note }: { term: string; value: string; note?: React.ReactNode }) {
  return (
    <div className="flex flex-col">
      <dt className="text-muted text-small">{term}</dt>
      <dd className="tabular font-semibold text-section">
        {value}
        {note ? <span className="block font-normal text-muted text-small">{note}</span> : null}
      </dd>
    </div>
  );
}

/** "—" where nothing came. */
function duration(ms: number | null): string {
  if (ms === null) return "—";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}
