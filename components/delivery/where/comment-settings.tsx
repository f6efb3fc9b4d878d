"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Section } from "#components/ui/section.tsx";
import { say } from "#components/ui/toast.tsx";

/** Through which connections pull requests are told where they run. */
export function CommentSettings() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data } = useSuspenseQuery(trpc.delivery.commentSettings.queryOptions());
  const save = useMutation(
    trpc.delivery.saveCommentSetting.mutationOptions({
      onSuccess: ({ isOn }) =>
        say(isOn ? "Pull requests are told from now on" : "No more comments are written"),
      onError: (error) => say(error.message, { tone: "danger" }),
      onSettled: () => queryClient.invalidateQueries(trpc.delivery.commentSettings.pathFilter()),
    }),
  );
  if (data.items.length === 0) return null;
  return (
    <Section title="Comments on pull requests">
      <p className="max-w-[720px] pb-2 text-fg-soft text-table">
        A pull request that comes to production gets one comment with where it runs and since when. It is
        changed when that changes, for seven days. Public repositories get none.
      </p>
      <ul>
        {data.items.map(({ connectionId, name, isOn }) => (
          <li key={connectionId}>
            <Checkbox
              checked={isOn}
              disabled={data.may.change !== null || save.isPending}
              onChange={(event) => save.mutate({ connectionId, isOn: event.target.checked })}
            >
              {name}
            </Checkbox>
          </li>
        ))}
      </ul>
      {data.may.change ? <p className="pt-1 text-muted text-small">{data.may.change}</p> : null}
    </Section>
  );
}
