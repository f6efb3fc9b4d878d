"use client";

import type { ReactNode } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import {
  type ConnectionItem,
  type ConnectionState,
  kindNames,
  stateWords,
} from "#server/connections/model.ts";
import { AbilityList } from "./ability-list.tsx";
import { ConnectionActions } from "./connection-actions.tsx";
import { InstallationList } from "./installation-list.tsx";

type Props = {
  item: ConnectionItem;
  publicUrl: string | null;
  /** Why its settings cannot be changed by whoever looks; null when they can. */
  refusal: string | null;
  onChange: () => void;
  onChanged: () => void;
};

const tones: Record<ConnectionState, StatusTone> = {
  off: "neutral",
  unchecked: "info",
  working: "success",
  failing: "danger",
};

/** One connection: how it does, what it shows, what it may, and what can be done with it. */
export function ConnectionCard({ item, publicUrl, refusal, onChange, onChanged }: Props) {
  const way = item.auth === "app" ? "App" : "token";
  return (
    <Section
      title={item.name}
      className="border-line border-t pt-3"
      action={<Badge>{`${kindNames[item.kind]} ${way}`}</Badge>}
    >
      <div className="flex flex-col gap-3">
        {item.failure ? (
          <Notice tone="danger" title="It does not work at the moment">
            {asSentence(item.failure)} {item.failedAt ? <Since at={item.failedAt} /> : null}
          </Notice>
        ) : null}
        {item.notes.map((note) => (
          <Notice key={note} tone="warning" title="To know">
            {asSentence(note)}
          </Notice>
        ))}
        <div className="grid gap-x-8 gap-y-3 lg:grid-cols-2">
          <DefinitionList facts={factsOf(item)} />
          <AbilityList abilities={item.abilities} />
        </div>
        {item.auth === "app" ? <InstallationList item={item} /> : null}
        <ConnectionActions
          item={item}
          publicUrl={publicUrl}
          refusal={refusal}
          onChange={onChange}
          onChanged={onChanged}
        />
      </div>
    </Section>
  );
}

const Since = ({ at }: { at: Date }) => (
  <span className="text-muted">
    Since <RelativeTime at={at} />. What it brought stays as it was last seen.
  </span>
);

function factsOf(item: ConnectionItem): { term: string; value: ReactNode }[] {
  const { state, succeededAt, identity, owners, repositories, entries, listedAt } = item;
  return [
    {
      term: "State",
      value: (
        <span className="flex flex-wrap gap-x-2">
          <Status tone={tones[state]}>{stateWords[state]}</Status>
          {succeededAt ? (
            <span className="text-muted">
              last success <RelativeTime at={succeededAt} />
            </span>
          ) : null}
        </span>
      ),
    },
    { term: "Host", value: new URL(item.webUrl).host },
    { term: "Known as", value: identity },
    ...(item.auth === "token"
      ? [{ term: "Reads", value: owners.map(({ login }) => login).join(", ") || "All that the token shows" }]
      : []),
    {
      term: "Repositories",
      value:
        listedAt === null ? (
          "Not looked through yet"
        ) : (
          <>
            {repositories.toLocaleString("en")} ({entries.toLocaleString("en")} catalog entries), looked
            through <RelativeTime at={listedAt} />
          </>
        ),
    },
    { term: "Changes", value: <Changes item={item} /> },
    { term: "Rate limit", value: <Budgets item={item} /> },
  ];
}

function Changes({ item }: { item: ConnectionItem }) {
  const polled = `looked for every ${item.pollMinutes} minutes`;
  if (!item.webhookAt)
    return <>{item.hasWebhookSecret ? `No webhook has come yet; ${polled}` : `Polled: ${polled}`}</>;
  return (
    <>
      By webhook, the last one <RelativeTime at={item.webhookAt} />; also {polled}
    </>
  );
}

/** How much of each limit is used, and what is left to others. */
function Budgets({ item }: { item: ConnectionItem }) {
  if (item.budgets.length === 0) return <>Nothing used of it now</>;
  return (
    <ul>
      {item.budgets.map(({ holder, limit, remaining, resetAt, pausedUntil }) => (
        <li key={holder}>
          {item.auth === "app" ? `${holder}: ` : ""}
          {limit === null || remaining === null
            ? "Not told"
            : `${Math.round(((limit - remaining) / limit) * 100)} % of ${limit.toLocaleString("en")} an hour used`}
          {resetAt ? (
            <span className="text-muted">
              , anew <RelativeTime at={resetAt} />
            </span>
          ) : null}
          {pausedUntil ? (
            <span className="text-warning">
              , told to wait until <RelativeTime at={pausedUntil} />
            </span>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
