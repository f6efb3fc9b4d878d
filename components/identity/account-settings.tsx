"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useTheme } from "next-themes";
import { useEffect, useState } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import { readPreference, setPreference } from "#components/layout/preference.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { Field } from "#components/ui/field.tsx";
import { CommandKey } from "#components/ui/kbd.tsx";
import { Section } from "#components/ui/section.tsx";
import { Select } from "#components/ui/select.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { say } from "#components/ui/toast.tsx";
import { roleNames } from "#server/identity/model.ts";
import { SessionList } from "./session-list.tsx";
import { SignInAccounts } from "./sign-in-accounts.tsx";

const themes = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];
const densities = [
  { value: "normal", label: "Normal, 40 px a row" },
  { value: "compact", label: "Compact, 32 px a row" },
];

export function AccountSettings() {
  const trpc = useTRPC();
  const { data: me } = useSuspenseQuery(trpc.identity.me.queryOptions());
  if (!me) return null;
  const teams = me.teams.map(({ ref, title }, index) => (
    <span key={ref}>
      {index > 0 ? ", " : null}
      <TextLink href={entityHref(ref)}>{title}</TextLink>
    </span>
  ));
  return (
    <div className="flex flex-col gap-8">
      <DefinitionList
        facts={[
          {
            term: "Name",
            value: me.personRef ? <TextLink href={entityHref(me.personRef)}>{me.name}</TextLink> : me.name,
          },
          { term: "Role", value: roleNames[me.role] },
          { term: "Teams", value: teams.length > 0 ? <span>{teams}</span> : "None in the catalog" },
        ]}
      />
      <SignInAccounts />
      <SessionList />
      <Appearance />
      <Shortcuts isOn={me.hasShortcuts} />
    </div>
  );
}

function Appearance() {
  const { theme, setTheme } = useTheme();
  const [shown, setShown] = useState({ theme: "system", density: "normal" });
  // Both are known to this browser only, so they are filled in after the first paint.
  useEffect(
    () => setShown({ theme: theme ?? "system", density: readPreference("density") ?? "normal" }),
    [theme],
  );
  return (
    <Section title="Appearance">
      <div className="grid gap-4 pt-1 sm:grid-cols-2">
        <Field label="Theme" help="Kept in this browser">
          {(control) => (
            <Select
              {...control}
              options={themes}
              value={shown.theme}
              onChange={(event) => setTheme(event.target.value)}
            />
          )}
        </Field>
        <Field label="Rows in lists" help="Kept in this browser">
          {(control) => (
            <Select
              {...control}
              options={densities}
              value={shown.density}
              onChange={(event) => {
                setPreference("density", event.target.value);
                setShown({ ...shown, density: event.target.value });
              }}
            />
          )}
        </Field>
      </div>
    </Section>
  );
}

function Shortcuts({ isOn }: { isOn: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [shown, setShown] = useState(isOn);
  const change = useMutation(
    trpc.identity.setShortcuts.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.identity.me.queryFilter()),
      onError: (error, input) => {
        setShown(!input.isOn);
        say(`The shortcuts stay as they were. ${errorWords(error).sentence}`, { tone: "danger" });
      },
    }),
  );
  // The shell around this page was rendered with what held before.
  useEffect(
    () => document.querySelector("[data-shell]")?.setAttribute("data-keys", shown ? "on" : "off"),
    [shown],
  );
  return (
    <Section title="Keyboard">
      <Checkbox
        checked={shown}
        onChange={(event) => {
          setShown(event.target.checked);
          change.mutate({ isOn: event.target.checked });
        }}
      >
        Single-key shortcuts, such as g c, j, k and /
      </Checkbox>
      <p className="pl-6 text-muted text-small">
        Turn them off when you dictate or use keys by themselves. <CommandKey letter="K" /> always works.
      </p>
    </Section>
  );
}
