"use client";

import "./zod-without-eval.ts";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { CommandLine } from "#components/ui/command-line.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Select } from "#components/ui/select.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { SaveProvider } from "#server/identity/providers/inputs.ts";
import { type Protocol, protocolNames, protocols, redirectUriOf } from "#server/identity/providers/model.ts";
import { askForTest, type ProviderCheck, ProviderChecks } from "./provider-checks.tsx";
import { draftOf, type EditedProvider, inputOf, newDraft, type ProviderDraft } from "./provider-draft.ts";
import { AdmissionFields, AdvancedFields, ConnectionFields, DraftText } from "./provider-fields.tsx";

type Props = {
  /** Null for a new one. */
  provider: EditedProvider | null;
  takenSlugs: readonly string[];
  /** The portal's public address; null where an evaluation has none. */
  publicUrl: string | null;
  /** Who tests: the setup or an admin. */
  testPath: "/api/auth/test-provider" | "/api/setup/test-provider";
  onSave: (input: SaveProvider) => void;
  isSaving: boolean;
  /** What the server said against it. */
  failure: { sentence: string; field: string | null } | null;
  /** Stands in place of the failure, such as a question to confirm who one is. */
  failureAction?: ReactNode;
  saveLabel?: string;
  onCancel?: () => void;
  /** Other things to do with it, after saving. */
  more?: ReactNode;
  /** A consequence that has to be accepted before it can be saved. */
  consent?: string;
};

const protocolOptions = protocols.map((value) => ({ value, label: protocolNames[value] }));

/** Settings of one sign-in provider: can be tried before they are saved. */
export function ProviderForm(props: Props) {
  const { provider, takenSlugs, consent, failure } = props;
  const [draft, setDraft] = useState<ProviderDraft>(() =>
    provider ? draftOf(provider) : newDraft("openid", takenSlugs),
  );
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [hasConsent, setHasConsent] = useState(false);
  const change = (part: Partial<ProviderDraft>) => {
    setDraft((before) => ({ ...before, ...part }));
    setErrors({});
  };
  /** Null when something has to be mended first. */
  const read = (): SaveProvider | null => {
    const input = inputOf(draft, provider?.id);
    const parsed = SaveProvider.safeParse(input);
    if (parsed.success) return input;
    setErrors(errorsOf(parsed.error.issues));
    return null;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = read();
    if (input) props.onSave(input);
  };
  const shown = failure?.field ? { ...errors, [failure.field]: failure.sentence } : errors;
  const fields = { draft, errors: shown, onChange: change };
  const isFieldKnown = failure?.field ? failure.field in draft : false;
  return (
    <form onSubmit={submit} noValidate className="flex max-w-[560px] flex-col gap-4">
      <ProtocolField
        protocol={draft.protocol}
        isFixed={provider !== null}
        onChoose={(protocol) => change(newDraft(protocol, takenSlugs))}
      />
      <DraftText {...fields} name="name" label="Name" help="What stands on the button" />
      <RedirectUri draft={draft} publicUrl={props.publicUrl} />
      <ConnectionFields {...fields} hasSecret={provider?.hasSecret ?? false} />
      <AdmissionFields {...fields} />
      <details
        className="group rounded-control"
        open={Object.keys(shown).some((name) => advanced.includes(name)) || undefined}
      >
        <summary className="w-fit cursor-pointer rounded-tight font-medium text-fg-soft text-table hover:text-fg">
          Advanced
        </summary>
        <AdvancedFields {...fields} />
      </details>
      <TestPart key={JSON.stringify(draft)} path={props.testPath} read={read} />
      {failure && !isFieldKnown
        ? (props.failureAction ?? (
            <div role="alert">
              <Notice tone="danger" title="The provider was not saved">
                {asSentence(failure.sentence)}
              </Notice>
            </div>
          ))
        : null}
      {consent ? (
        <Checkbox checked={hasConsent} onChange={(event) => setHasConsent(event.target.checked)}>
          {consent}
        </Checkbox>
      ) : null}
      <div className="flex gap-2">
        <Button
          tone="primary"
          type="submit"
          isBusy={props.isSaving}
          disabledReason={consent && !hasConsent ? "Accept what it brings with it first" : null}
        >
          {props.saveLabel ?? "Save"}
        </Button>
        {props.onCancel ? <Button onClick={props.onCancel}>Cancel</Button> : null}
      </div>
      {props.more ? <div className="flex flex-wrap gap-2 border-line border-t pt-4">{props.more}</div> : null}
    </form>
  );
}

const advanced: readonly string[] = ["scopes", "clientAuthentication", "ca", "privateRanges", "apiUrl"];

/** The last name of a path stands for the field; a list's number does not. */
function errorsOf(
  issues: readonly { path: readonly PropertyKey[]; message: string }[],
): Record<string, string> {
  return Object.fromEntries(
    issues.map(({ path, message }) => [String(path.findLast((part) => typeof part === "string")), message]),
  );
}

function ProtocolField(props: {
  protocol: Protocol;
  isFixed: boolean;
  onChoose: (protocol: Protocol) => void;
}) {
  if (props.isFixed)
    return (
      <p className="text-table">
        <span className="text-muted">Kind: </span>
        {protocolNames[props.protocol]}
      </p>
    );
  return (
    <Field label="Kind" help="Okta, Keycloak, Auth0, Ping and most others speak OpenID Connect">
      {(control) => (
        <Select
          {...control}
          options={protocolOptions}
          value={props.protocol}
          onChange={(event) => props.onChoose(event.target.value as Protocol)}
        />
      )}
    </Field>
  );
}

/** Without a public address there is none to register yet; the page around the form says what to set. */
function RedirectUri({ draft, publicUrl }: { draft: ProviderDraft; publicUrl: string | null }) {
  const label = draft.protocol === "github" ? "Authorization callback URL" : "Redirect URI";
  return (
    <div className="flex flex-col gap-1.5">
      <p className="font-medium text-table">{label}</p>
      {publicUrl ? (
        <CommandLine command={redirectUriOf(publicUrl, draft.slug)} what={label.toLowerCase()} />
      ) : (
        <p className="text-fg-soft text-table">
          The address of the portal, then{" "}
          <code className="font-mono text-small">/api/auth/callback/{draft.slug}</code>
        </p>
      )}
      <p className="text-muted text-small">Register it at the provider, letter by letter</p>
    </div>
  );
}

/** Tries what stands in the form now; made anew with each change, so that no old answer stays beside new settings. */
function TestPart({ path, read }: { path: string; read: () => SaveProvider | null }) {
  const [isBusy, setIsBusy] = useState(false);
  const [checks, setChecks] = useState<ProviderCheck[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async () => {
    const input = read();
    if (!input) return;
    setIsBusy(true);
    setProblem(null);
    try {
      setChecks(await askForTest(path, input));
    } catch (error) {
      setProblem((error as Error).message);
    }
    setIsBusy(false);
  };
  return (
    <div className="flex flex-col gap-3" aria-live="polite">
      <span>
        <Button isBusy={isBusy} onClick={() => void run()}>
          {isBusy ? "Testing…" : "Test these settings"}
        </Button>
      </span>
      {checks ? <ProviderChecks checks={checks} /> : null}
      {problem ? (
        <Notice tone="danger" title="The test could not be run">
          {asSentence(problem)}
        </Notice>
      ) : null}
    </div>
  );
}
