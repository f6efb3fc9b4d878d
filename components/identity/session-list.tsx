"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { say } from "#components/ui/toast.tsx";

const sayFailure = (error: unknown) => say(errorWords(error).sentence, { tone: "danger" });
const viaWords = { demo: "as a demo person", link: "by a sign-in link" };

/** Where one is signed in, and the ways to end it. */
export function SessionList() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data: sessions } = useSuspenseQuery(trpc.identity.sessions.queryOptions());
  const refresh = () => queryClient.invalidateQueries(trpc.identity.sessions.pathFilter());
  const end = useMutation(
    trpc.identity.endSession.mutationOptions({ onError: sayFailure, onSettled: refresh }),
  );
  const endOthers = useMutation(
    trpc.identity.endOwnSessions.mutationOptions({
      onSuccess: ({ ended }, { which }) =>
        which === "all" ? location.assign("/sign-in") : say(`${ended} signed out`),
      onError: sayFailure,
      onSettled: refresh,
    }),
  );
  return (
    <Section title="Sessions">
      <ul aria-label="Sessions" className="border-line border-t">
        {sessions.map((session) => (
          <li
            key={session.id}
            className="flex min-h-(--row-height) items-center gap-3 border-line border-b py-1.5 text-table"
          >
            <span className="min-w-0 flex-1">
              <span className="font-medium">{session.browser}</span>
              {session.isCurrent ? <span className="text-success"> · this browser</span> : null}
              <span className="block text-muted text-small">
                {session.via === "provider"
                  ? `with ${session.provider ?? "a provider"}`
                  : viaWords[session.via]}
                {session.address ? ` from ${session.address}` : ""}, signed in{" "}
                <RelativeTime at={session.createdAt} />, last seen <RelativeTime at={session.seenAt} />
              </span>
            </span>
            {session.isCurrent ? null : (
              <Button
                size="small"
                aria-label={`End the session of ${session.browser}`}
                isBusy={end.isPending && end.variables.id === session.id}
                onClick={() => end.mutate({ id: session.id })}
              >
                End
              </Button>
            )}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2 pt-3">
        <Button
          size="small"
          disabledReason={sessions.length > 1 ? null : "You are signed in nowhere else"}
          isBusy={endOthers.isPending}
          onClick={() => endOthers.mutate({ which: "others" })}
        >
          Sign out elsewhere
        </Button>
        <Button
          size="small"
          tone="danger"
          isBusy={endOthers.isPending}
          onClick={() => endOthers.mutate({ which: "all" })}
        >
          Sign out everywhere
        </Button>
      </div>
    </Section>
  );
}
