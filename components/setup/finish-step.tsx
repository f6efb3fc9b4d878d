"use client";

import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { finishRefusal } from "#server/installation/model.ts";

/** What was set up, once more, and the end of it: from then on the portal answers everybody. */
export function FinishStep() {
  const trpc = useTRPC();
  const { data: state } = useSuspenseQuery(trpc.setup.state.queryOptions());
  const finish = useMutation(trpc.setup.finish.mutationOptions({ onSuccess: () => location.assign("/") }));
  return (
    <div className="flex max-w-[480px] flex-col gap-4">
      <DefinitionList
        facts={[
          { term: "Address", value: state.publicUrl },
          { term: "Sign-in", value: state.providers.join(", ") || null },
          { term: "Admin", value: state.admins.join(", ") || null },
          { term: "GitHub", value: state.hasWebhookSecret ? "Webhook secret is set" : "Later, under Admin" },
          { term: "Time zone", value: state.timeZone },
        ]}
      />
      <p className="text-fg-soft text-table">
        When you finish, the portal opens to everybody whom the sign-in provider lets in, and this setup
        closes for good.
      </p>
      {finish.error ? (
        <Notice tone="danger" title="The setup is not finished">
          {asSentence(finish.error.message)}
        </Notice>
      ) : null}
      <span>
        <Button
          tone="primary"
          isBusy={finish.isPending || finish.isSuccess}
          disabledReason={finishRefusal(state)}
          onClick={() => finish.mutate()}
        >
          Open the portal
        </Button>
      </span>
    </div>
  );
}
