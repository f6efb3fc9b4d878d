"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { CommandLine } from "#components/ui/command-line.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { asSentence } from "#components/ui/sentence.ts";

/** `target` is filled in for whoever comes from a page that names an address. */
export function ImportForm({ target: given = "" }: { target?: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [target, setTarget] = useState(given);
  const { data: locations } = useQuery(trpc.catalog.locations.queryOptions({ limit: 1 }));
  const register = useMutation(
    trpc.catalog.register.mutationOptions({
      onSuccess: async ({ id }) => {
        await queryClient.invalidateQueries(trpc.catalog.pathFilter());
        router.push(`/catalog/sources/${id}`);
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (target.trim()) register.mutate({ target: target.trim() });
  };
  const failure = register.error ? errorWords(register.error) : null;
  const isAboutTarget = failure?.field === "target" || (failure !== null && !failure.isBug);
  return (
    <form onSubmit={submit} className="flex flex-col gap-5 border-line border-t pt-5">
      <Field
        label="Folder or address"
        help="A folder on the machine that runs this portal, the https address of a git repository, or the address of one YAML file."
        error={isAboutTarget ? failure?.sentence : null}
      >
        {(control) => (
          <Input
            {...control}
            value={target}
            onChange={(event) => setTarget(event.target.value)}
            placeholder="/srv/checkouts/shop or https://github.com/acme/shop"
            maxLength={2000}
            required
            autoCapitalize="none"
            autoFocus
          />
        )}
      </Field>
      {failure && !isAboutTarget ? (
        <div role="alert">
          <Notice tone="danger" title="The import did not start">
            {asSentence(failure.sentence)}
            {failure.requestId ? ` Request ${failure.requestId}` : ""}
          </Notice>
        </div>
      ) : null}
      <div className="flex items-center gap-3">
        <Button
          type="submit"
          tone="primary"
          isBusy={register.isPending}
          disabledReason={useReason(locations?.may.register)}
        >
          {register.isPending ? "Starting the import…" : "Import files"}
        </Button>
      </div>
      <div className="flex flex-col gap-1.5 pt-2 text-fg-soft text-table">
        <p>The same from a terminal on this machine:</p>
        <CommandLine command={`npx milepost catalog import ${target.trim() || "."}`} />
      </div>
    </form>
  );
}
