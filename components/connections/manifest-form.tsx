"use client";

import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { type AppWrite, abilityWords, appWrites, writeAbility } from "#server/connections/model.ts";
import { AskFailure, askForManifest } from "./ask-connection.ts";
import { type ConnectionDraft, networkOf, newDraft } from "./connection-draft.ts";
import { DraftText } from "./draft-text.tsx";
import { NetworkFields } from "./network-fields.tsx";

/** Has GitHub make an App for this portal: read permissions always, each that writes chosen by itself. */
export function ManifestForm({ publicUrl, onCancel }: { publicUrl: string | null; onCancel: () => void }) {
  const [draft, setDraft] = useState<ConnectionDraft>(() => newDraft("github", "app"));
  const [organization, setOrganization] = useState("");
  const [writes, setWrites] = useState<readonly AppWrite[]>([]);
  const [failure, setFailure] = useState<{ sentence: string; field: string | null } | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    setFailure(null);
    try {
      const { path } = await askForManifest({ name: draft.name, ...networkOf(draft), organization, writes });
      window.location.assign(path);
    } catch (error) {
      const field = error instanceof AskFailure ? error.field : null;
      setFailure({ sentence: (error as Error).message, field });
      setIsBusy(false);
    }
  };
  const errors = failure?.field ? { [failure.field]: failure.sentence } : {};
  const fields = {
    draft,
    errors,
    onChange: (change: Partial<ConnectionDraft>) => setDraft((before) => ({ ...before, ...change })),
  };
  const isFieldKnown = failure?.field ? failure.field in draft || failure.field === "organization" : false;
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex max-w-[560px] flex-col gap-4">
      <DraftText
        {...fields}
        name="name"
        label="Name"
        help="Of the connection and of the App; GitHub lets you change the App's"
      />
      <Field
        label="Organisation that owns it"
        isOptional
        error={errors.organization}
        help="Empty: the App is your own. It can be installed at several organisations of its owner"
      >
        {(control) => (
          <Input
            {...control}
            value={organization}
            onChange={(event) => setOrganization(event.target.value)}
          />
        )}
      </Field>
      <Writes chosen={writes} onChange={setWrites} />
      <NetworkFields {...fields} />
      {isPolled(publicUrl) ? (
        <Notice tone="info" title="Changes are looked for every few minutes">
          GitHub cannot reach this portal{publicUrl ? " at its address" : " while MILEPOST_URL is not set"},
          so the App gets no webhook. One can be added later in the App's settings.
        </Notice>
      ) : null}
      {failure && !isFieldKnown ? (
        <div role="alert">
          <Notice tone="danger" title="That did not work">
            {asSentence(failure.sentence)}
          </Notice>
        </div>
      ) : null}
      <div className="flex gap-2">
        <Button tone="primary" type="submit" isBusy={isBusy}>
          Go on to GitHub
        </Button>
        <Button tone="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

/** As the server judges it: a webhook needs https and an address that is not this very machine. */
const isPolled = (publicUrl: string | null) =>
  publicUrl === null || !publicUrl.startsWith("https:") || /\/\/(localhost|127\.|\[::1\])/.test(publicUrl);

function Writes(props: { chosen: readonly AppWrite[]; onChange: (chosen: readonly AppWrite[]) => void }) {
  const { chosen, onChange } = props;
  const toggle = (permission: AppWrite) =>
    onChange(
      chosen.includes(permission) ? chosen.filter((other) => other !== permission) : [...chosen, permission],
    );
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-1.5 font-medium text-table">What it may do besides reading</legend>
      {appWrites.map((permission) => {
        const { name, without } = abilityWords[writeAbility[permission]];
        return (
          <div key={permission} className="flex flex-col">
            <Checkbox checked={chosen.includes(permission)} onChange={() => toggle(permission)}>
              {name}
            </Checkbox>
            <p className="pl-6 text-muted text-small">Without it: {lowerFirst(without)}</p>
          </div>
        );
      })}
      <p className="text-muted text-small">
        It reads files, teams, members, deployments, workflow runs, issues and pull requests. Each
        organisation agrees to these when the App is installed there, and can be asked for more later.
      </p>
    </fieldset>
  );
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
