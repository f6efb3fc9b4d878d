"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { Field } from "#components/ui/field.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { say } from "#components/ui/toast.tsx";
import { TimeZoneSelect } from "./time-zone-select.tsx";

const mono = "break-all font-mono text-small";

/** What runs here, and the one thing of it that is changed on a page: the time zone. */
export function PortalSettings() {
  const trpc = useTRPC();
  const { data: settings } = useSuspenseQuery(trpc.installation.settings.queryOptions());
  const isProduction = settings.mode === "production";
  return (
    <div className="grid gap-x-12 gap-y-8 pt-4 lg:grid-cols-2">
      <Section title="This portal">
        <DefinitionList
          facts={[
            { term: "Version", value: settings.version },
            { term: "Mode", value: isProduction ? "Production" : "Evaluation, on this machine only" },
            {
              term: "Address",
              value: settings.publicUrl ? <span className={mono}>{settings.publicUrl}</span> : null,
              source: "MILEPOST_URL",
            },
            {
              term: "Trusted proxies",
              value:
                settings.trustedProxies.length > 0 ? (
                  <span className={mono}>{settings.trustedProxies.join(", ")}</span>
                ) : (
                  "None"
                ),
              source: "MILEPOST_TRUSTED_PROXIES",
            },
            {
              term: "Data folder",
              value: <span className={mono}>{settings.dataDir}</span>,
              source: "MILEPOST_DATA_DIR",
            },
            {
              term: "Database",
              value:
                settings.database === "embedded"
                  ? "PostgreSQL that comes along, in the data folder"
                  : "A PostgreSQL of your own",
              source: "DATABASE_URL",
            },
            {
              term: "First start",
              value: settings.createdAt ? <RelativeTime at={settings.createdAt} /> : null,
            },
            ...(isProduction
              ? [
                  {
                    term: "Set up",
                    value: settings.setupFinishedAt ? <RelativeTime at={settings.setupFinishedAt} /> : null,
                  },
                ]
              : []),
          ]}
        />
      </Section>
      <TimeZone zone={settings.timeZone} refusal={settings.may.changeTimeZone?.sentence ?? null} />
    </div>
  );
}

function TimeZone({ zone, refusal }: { zone: string; refusal: string | null }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState(zone);
  const save = useMutation(
    trpc.installation.setTimeZone.mutationOptions({
      onSuccess: () => say("The time zone was changed"),
      onSettled: () => queryClient.invalidateQueries(trpc.installation.pathFilter()),
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ timeZone: chosen });
  };
  return (
    <Section title="Time zone">
      <form onSubmit={submit} className="flex flex-col gap-4 pt-1">
        <Field
          label="Zone of the organisation"
          help="Where the portal shows an exact time, it names this zone beside the reader's own. Days and weeks of delivery figures are cut in it"
          error={save.error?.message}
        >
          {(control) => <TimeZoneSelect {...control} value={chosen} onChange={setChosen} />}
        </Field>
        <span>
          <Button
            type="submit"
            isBusy={save.isPending}
            disabledReason={refusal ?? (chosen === zone ? "This zone is set already" : null)}
          >
            Change the time zone
          </Button>
        </span>
      </form>
    </Section>
  );
}
