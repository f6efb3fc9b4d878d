"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type ChangeEvent, type FormEvent, useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input, inputLook } from "#components/ui/input.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import {
  type Columns,
  type ExternalKind,
  type LeadTimeUnit,
  longestFile,
  mostRows,
} from "#server/delivery/external/model.ts";
import { ImportPreview } from "./import-preview.tsx";

/** What somebody has set so far; what is left out is guessed. */
export type Chosen = {
  kind?: ExternalKind | undefined;
  mapping?: Columns | undefined;
  unit?: LeadTimeUnit | undefined;
  timeZone?: string | undefined;
};

/** Chooses a file, shows how it would be read, and keeps it. */
export function ImportFile() {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { data } = useSuspenseQuery(trpc.deliveryExternal.files.queryOptions());
  const [file, setFile] = useState<{ name: string; text: string } | null>(null);
  const [chosen, setChosen] = useState<Chosen>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const preview = useMutation(trpc.deliveryExternal.preview.mutationOptions());
  const save = useMutation(
    trpc.deliveryExternal.import.mutationOptions({
      onSuccess: async ({ id }) => {
        await queryClient.invalidateQueries(trpc.deliveryExternal.files.queryFilter());
        router.push(`/insights/external/${id}`);
      },
    }),
  );
  const look = (text: string, next: Chosen) => {
    setChosen(next);
    preview.mutate({ text, ...next });
  };
  const choose = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const [picked] = target.files ?? [];
    setFile(null);
    preview.reset();
    save.reset();
    setRefusal(null);
    if (!picked) return;
    // Each character has a byte or more: what is longer is not read at all.
    const text = picked.size > 4 * longestFile ? null : await picked.text();
    if (text === null || text.length > longestFile)
      return setRefusal(`The file is longer than ${numberText(longestFile / 1000)} kB: import it in parts`);
    setFile({ name: picked.name, text });
    look(text, {});
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const tool = String(new FormData(event.currentTarget).get("tool") ?? "");
    if (file) save.mutate({ text: file.text, fileName: file.name, tool, ...chosen });
  };
  const failure = save.error ?? preview.error;
  const told = refusal ?? (failure ? errorWords(failure).sentence : null);
  return (
    <Section title="Import a file">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <div className="grid max-w-[720px] gap-4 sm:grid-cols-2">
          <Field
            label="CSV file"
            help={`The first row names the columns. At most ${numberText(mostRows)} rows and ${longestFile / 1000}\u00a0kB`}
          >
            {(control) => (
              <input
                {...control}
                type="file"
                accept=".csv,.tsv,.txt,text/csv"
                onChange={(event) => void choose(event)}
                className={`${inputLook} py-1 file:mr-2 file:border-0 file:bg-transparent file:text-fg`}
              />
            )}
          </Field>
          <Field label="Tool" help="Where the file comes from">
            {(control) => <Input {...control} name="tool" required maxLength={100} />}
          </Field>
        </div>
        {told ? (
          <p role="alert" className="text-danger text-small">
            {asSentence(told)}
          </p>
        ) : null}
        {file && preview.data ? (
          <ImportPreview
            preview={preview.data}
            timeZone={chosen.timeZone ?? data.timeZone}
            isBusy={preview.isPending}
            onChange={(next) => look(file.text, { ...chosen, ...next })}
          />
        ) : null}
        <div>
          <Button
            tone="primary"
            type="submit"
            isBusy={save.isPending || preview.isPending}
            disabledReason={file ? preview.data?.refusal : "Choose a file first"}
          >
            Import and compare
          </Button>
        </div>
      </form>
    </Section>
  );
}
