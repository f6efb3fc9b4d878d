"use client";

import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmIdentity, confirmRule } from "#components/identity/confirm-identity.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Section } from "#components/ui/section.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { say } from "#components/ui/toast.tsx";
import {
  type ConnectionItem,
  type ManifestProblem,
  manifestProblemWords,
} from "#server/connections/model.ts";
import { ConnectionCard } from "./connection-card.tsx";
import { newDraft } from "./connection-draft.ts";
import { ConnectionForm } from "./connection-form.tsx";
import { ManifestForm } from "./manifest-form.tsx";
import { type Way, WaysToConnect, wayNames } from "./ways-to-connect.tsx";

const page = "/admin/connections";
type Shown = { at: "list" } | { at: "ways" } | { at: "new"; way: Way } | { at: "change"; id: string };
type Props = { made: string | null; problem: ManifestProblem | null };

/** The connections, the ways to add one, or the form of one of them. */
export function ConnectionPage({ made, problem }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data } = useSuspenseQuery({
    ...trpc.connections.list.queryOptions(),
    // A new one is checked within seconds; the others change seldom.
    refetchInterval: ({ state }) =>
      state.data?.items.some((item) => item.state === "unchecked") ? 1_500 : 20_000,
  });
  const [shown, setShown] = useState<Shown>({ at: "list" });
  const refresh = () => void queryClient.invalidateQueries(trpc.connections.list.pathFilter());
  const { items, may, publicUrl } = data;
  const close = () => setShown({ at: "list" });
  const saved = (_: string, name: string) => {
    say(`${name} was saved; it is being checked`);
    refresh();
    close();
  };
  const refusal = may.manage?.sentence ?? null;
  const edited = shown.at === "change" ? items.find(({ id }) => id === shown.id) : undefined;
  if (edited)
    return (
      <Section title={`Change ${edited.name}`} className="pt-4">
        <ConnectionForm key={edited.id} begin={edited} onSaved={saved} onCancel={close} />
      </Section>
    );
  if (shown.at === "ways")
    return (
      <Section title="Add a connection" className="pt-4">
        <WaysToConnect onChoose={(way) => setShown({ at: "new", way })} onCancel={close} />
      </Section>
    );
  if (shown.at === "new")
    return (
      <Section title={wayNames[shown.way]} className="pt-4">
        {shown.way === "github-manifest" ? (
          <ManifestForm publicUrl={publicUrl} onCancel={close} />
        ) : (
          <ConnectionForm begin={draftFor(shown.way)} onSaved={saved} onCancel={close} />
        )}
      </Section>
    );
  return (
    <div className="flex flex-col gap-4 pt-4">
      {may.manage?.rule === confirmRule ? (
        <ConfirmIdentity sentence={may.manage.sentence} returnTo={page} onConfirmed={refresh} />
      ) : null}
      {problem ? (
        <Notice tone="danger" title="The App was not connected">
          {manifestProblemWords[problem]}
        </Notice>
      ) : null}
      <MadeApp item={items.find(({ id }) => id === made)} />
      {items.length === 0 ? (
        <EmptyState
          kind="notConnected"
          title="No host of repositories is connected"
          action={
            <Button tone="primary" disabledReason={refusal} onClick={() => setShown({ at: "ways" })}>
              Add a connection
            </Button>
          }
        >
          With one, services, teams and deployments come by themselves. A read-only token is enough to begin
          with.
        </EmptyState>
      ) : (
        <>
          <span>
            <Button tone="primary" disabledReason={refusal} onClick={() => setShown({ at: "ways" })}>
              Add a connection
            </Button>
          </span>
          {items.map((item) => (
            <ConnectionCard
              key={item.id}
              item={item}
              publicUrl={publicUrl}
              refusal={refusal}
              onChange={() => setShown({ at: "change", id: item.id })}
              onChanged={refresh}
            />
          ))}
        </>
      )}
      {may.manage && may.manage.rule !== confirmRule ? (
        <p className="text-muted text-small">{asSentence(may.manage.sentence)}</p>
      ) : null}
    </div>
  );
}

const draftFor = (way: Exclude<Way, "github-manifest">) =>
  way === "gitlab"
    ? newDraft("gitlab", "token")
    : newDraft("github", way === "github-token" ? "token" : "app");

/** The step that is left after GitHub has made the App. */
function MadeApp({ item }: { item: ConnectionItem | undefined }) {
  if (!item?.app?.installUrl || item.installations.length > 0) return null;
  return (
    <Notice
      tone="success"
      title={`GitHub has made the App of ${item.name}`}
      action={
        <a
          href={item.app.installUrl}
          className="font-medium text-accent text-table underline underline-offset-2"
        >
          Install it at an organisation
        </a>
      }
    >
      It sees nothing until it is installed, where you choose all repositories or some.
    </Notice>
  );
}
