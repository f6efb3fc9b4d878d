"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { buttonLook } from "#components/ui/button-look.ts";
import { Menu } from "#components/ui/menu.tsx";
import { say } from "#components/ui/toast.tsx";
import type { PersonRow } from "#server/identity/people/read-people.ts";
import { useReason } from "./use-reason.ts";

const RoleDialog = lazy(() => import("./role-dialog.tsx"));
const LinkDialog = lazy(() => import("./link-dialog.tsx"));
const DisableDialog = lazy(() => import("./disable-dialog.tsx"));

/** What can be done about somebody who signs in. */
export function PersonMenu({ person, returnTo }: { person: PersonRow; returnTo: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [shown, setShown] = useState<"role" | "link" | "disable" | null>(null);
  const why = {
    setRole: useReason(person.may.setRole),
    disable: useReason(person.may.disable),
    link: useReason(person.may.link),
    endSessions: useReason(person.may.endSessions),
  };
  const answered = {
    onError: (error: unknown) => say(errorWords(error).sentence, { tone: "danger" }),
    onSettled: () => queryClient.invalidateQueries(trpc.identity.people.pathFilter()),
  };
  const endSessions = useMutation(
    trpc.identity.endSessionsOf.mutationOptions({
      ...answered,
      onSuccess: ({ ended }) => say(`${person.name} was signed out everywhere (${ended})`),
    }),
  );
  const enable = useMutation(
    trpc.identity.enablePerson.mutationOptions({
      ...answered,
      onSuccess: () => say(`${person.name} may come in again`),
    }),
  );
  const unlink = useMutation(
    trpc.identity.linkPerson.mutationOptions({
      ...answered,
      onSuccess: () => say("The link was taken away"),
    }),
  );
  const userId = person.id;
  const close = () => setShown(null);
  return (
    <>
      <Menu
        label={`More about ${person.name}`}
        className={buttonLook("quiet", "small", false, true)}
        entries={[
          { label: "Change role…", onSelect: () => setShown("role"), disabledReason: why.setRole },
          {
            label: person.personRef ? "Link to another person…" : "Link to a person of the catalog…",
            onSelect: () => setShown("link"),
            disabledReason: why.link,
          },
          ...(person.personRef
            ? [
                {
                  label: "Take the link away",
                  onSelect: () => unlink.mutate({ userId, personRef: null }),
                  disabledReason: why.link,
                },
              ]
            : []),
          { kind: "line" },
          {
            label: "Sign out everywhere",
            onSelect: () => endSessions.mutate({ userId }),
            disabledReason: why.endSessions ?? (person.sessions === 0 ? "They are signed in nowhere" : null),
          },
          person.disabledAt
            ? { label: "Enable", onSelect: () => enable.mutate({ userId }), disabledReason: why.disable }
            : {
                label: "Disable…",
                isDanger: true,
                onSelect: () => setShown("disable"),
                disabledReason: why.disable,
              },
        ]}
      >
        <Ellipsis aria-hidden size={16} />
      </Menu>
      <Suspense>
        {shown === "role" ? <RoleDialog person={person} returnTo={returnTo} onClose={close} /> : null}
        {shown === "link" ? <LinkDialog person={person} onClose={close} /> : null}
        {shown === "disable" ? <DisableDialog person={person} onClose={close} /> : null}
      </Suspense>
    </>
  );
}
