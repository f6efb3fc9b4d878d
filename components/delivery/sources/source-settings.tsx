import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Section } from "#components/ui/section.tsx";
import { Select } from "#components/ui/select.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { tiers, tierWords } from "#server/delivery/model.ts";
import { settingNames } from "#server/delivery/sources/model.ts";
import type { ServiceSource } from "#server/delivery/sources/read-source.ts";
import type { SourceDraft } from "./source-draft.ts";

type Props = { draft: SourceDraft; known: ServiceSource; onChange: (draft: SourceDraft) => void };

/** What the chosen source needs to know, and the paths of a repository that holds several services. */
export function SourceSettings({ draft, known, onChange }: Props) {
  const names: readonly string[] = settingNames[draft.source];
  const set = (name: string) => (value: string) =>
    onChange({ ...draft, settings: { ...draft.settings, [name]: value } });
  const settingOf = (name: string) => draft.settings[name] ?? "";
  return (
    <Section title="Settings">
      <div className="flex max-w-[560px] flex-col gap-4">
        {names.includes("workflow") ? (
          <Field label="Workflow" help="The file’s path; the name that it shows may change">
            {(control) =>
              known.workflows.length > 0 ? (
                <Select
                  {...control}
                  value={settingOf("workflow")}
                  onChange={(event) => set("workflow")(event.target.value)}
                  options={[
                    { value: "", label: "Choose one" },
                    ...known.workflows.map(({ path, name, runs }) => ({
                      value: path,
                      label: `${name || path} (${path}), ${runs} runs`,
                    })),
                  ]}
                />
              ) : (
                <Input
                  {...control}
                  value={settingOf("workflow")}
                  maxLength={300}
                  placeholder=".github/workflows/deploy.yml"
                  onChange={(event) => set("workflow")(event.target.value)}
                />
              )
            }
          </Field>
        ) : null}
        {names.includes("branch") ? (
          <TextSetting
            label="Branch"
            help={`Empty: the default branch${known.branches.length > 0 ? `. Lately used: ${known.branches.slice(0, 5).join(", ")}` : ""}`}
            value={settingOf("branch")}
            onChange={set("branch")}
          />
        ) : null}
        {names.includes("tagPattern") ? (
          <TextSetting
            label="Pattern of tags"
            help="A regular expression. Empty: versions such as v1.2.3"
            value={settingOf("tagPattern")}
            onChange={set("tagPattern")}
          />
        ) : null}
        {names.includes("environment") ? (
          <TextSetting
            label="Environment"
            help="The source names none. Empty: production"
            value={settingOf("environment")}
            onChange={set("environment")}
          />
        ) : null}
        {names.includes("tier") ? (
          <Field label="What that environment is for">
            {(control) => (
              <Select
                {...control}
                value={settingOf("tier") || "production"}
                onChange={(event) =>
                  set("tier")(event.target.value === "production" ? "" : event.target.value)
                }
                options={tiers.map((value) => ({ value, label: tierWords[value] }))}
              />
            )}
          </Field>
        ) : null}
        <Field
          label="Paths of this service"
          isOptional
          help="For a repository that holds several services: one a line, such as services/cart/**. Only commits that touch one of them are its changes"
        >
          {(control) => (
            <TextArea
              {...control}
              value={draft.pathGlobs}
              onChange={(event) => onChange({ ...draft, pathGlobs: event.target.value })}
            />
          )}
        </Field>
      </div>
    </Section>
  );
}

type TextProps = { label: string; help: string; value: string; onChange: (value: string) => void };

function TextSetting({ label, help, value, onChange }: TextProps) {
  return (
    <Field label={label} isOptional help={help}>
      {(control) => (
        <Input
          {...control}
          value={value}
          maxLength={300}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
