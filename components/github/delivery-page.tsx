"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Copyable } from "#components/ui/copyable.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { DeliveryDetail } from "#server/github/model.ts";
import { DeliveryStateMark } from "./delivery-state.tsx";
import { ReplayButton } from "./replay-button.tsx";

/** One webhook: what it was, what became of it, its bytes. Followed while it waits. */
export function DeliveryPage({ id }: { id: number }) {
  const trpc = useTRPC();
  const { data: delivery } = useSuspenseQuery(
    trpc.github.delivery.queryOptions(
      { id },
      { refetchInterval: (query) => (query.state.data?.state === "pending" ? 1_000 : false) },
    ),
  );
  return (
    <>
      <PageHeader
        title={[delivery.event, delivery.action].filter(Boolean).join(" ")}
        path={[{ label: "Webhook log", href: "/admin/webhooks" }]}
        reference={delivery.guid}
        badges={<DeliveryStateMark state={delivery.state} />}
        summary={delivery.reason}
        action={<ReplayButton id={id} refusal={delivery.may.replay} />}
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-8 border-line border-t pt-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <Payload delivery={delivery} />
        <div className="flex min-w-0 flex-col gap-6">
          <About delivery={delivery} />
          <Aftermath delivery={delivery} />
        </div>
      </div>
    </>
  );
}

function Payload({ delivery }: { delivery: DeliveryDetail }) {
  return (
    <Section
      title="Payload"
      action={delivery.payload.isCut ? <span className="text-muted text-small">The first 256 kB</span> : null}
    >
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
        tabIndex={0}
        aria-label="The bytes as they came"
        className="max-h-[70vh] overflow-auto rounded-panel border border-line bg-sunken"
      >
        {delivery.purgedAt ? (
          <p className="p-3 text-muted text-table">
            No longer kept: body and headers were emptied <RelativeTime at={delivery.purgedAt} />. What it
            told is in the figures.
          </p>
        ) : (
          <pre className="p-3 font-mono text-small leading-4.5">{delivery.payload.text}</pre>
        )}
      </section>
    </Section>
  );
}

function About({ delivery }: { delivery: DeliveryDetail }) {
  return (
    <Section title="About it">
      <DefinitionList
        facts={[
          { term: "Received", value: <RelativeTime at={delivery.receivedAt} /> },
          {
            term: "Finished",
            value: delivery.finishedAt ? <RelativeTime at={delivery.finishedAt} /> : null,
          },
          { term: "Repository", value: delivery.repository },
          { term: "Attempts", value: delivery.attempts },
          {
            term: "Next try",
            value: delivery.nextTryAt ? <RelativeTime at={delivery.nextTryAt} /> : null,
          },
          { term: "Size", value: `${delivery.size.toLocaleString("en")} bytes` },
          { term: "Sent by", value: delivery.hookKey },
          {
            term: "SHA-256",
            value: (
              <Copyable text={delivery.sha256} label="Copy SHA-256" shown={delivery.sha256.slice(0, 16)} />
            ),
          },
        ]}
      />
    </Section>
  );
}

function Aftermath({ delivery }: { delivery: DeliveryDetail }) {
  return (
    <>
      {delivery.conflictOf ? (
        <Section title="Conflict">
          <p className="text-table">
            The same id came before{" "}
            <TextLink href={`/admin/webhooks/${delivery.conflictOf}`}>with another body</TextLink>. Only that
            one was used.
          </p>
        </Section>
      ) : null}
      {delivery.headers.length > 0 ? (
        <Section title="Headers">
          <DefinitionList
            facts={delivery.headers.map(({ name, value }) => ({
              term: name.replace("x-github-", ""),
              value,
            }))}
          />
        </Section>
      ) : null}
      {delivery.replays.length > 0 ? (
        <Section title="Replayed">
          <ul className="text-table">
            {delivery.replays.map((replay) => (
              <li key={String(replay.at)} className="py-1">
                {replay.by}, <RelativeTime at={replay.at} className="text-muted" />
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
    </>
  );
}
