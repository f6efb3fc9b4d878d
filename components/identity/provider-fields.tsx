import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import type { Protocol } from "#server/identity/providers/model.ts";
import type { ProviderDraft } from "./provider-draft.ts";

export type FieldsProps = {
  draft: ProviderDraft;
  /** Sentences by the name of the field. */
  errors: Readonly<Record<string, string>>;
  onChange: (change: Partial<ProviderDraft>) => void;
};

type TextName = Exclude<keyof ProviderDraft, "protocol" | "admits" | "clientAuthentication">;
type TextProps = FieldsProps & {
  name: TextName;
  label: string;
  help?: string;
  isOptional?: boolean;
  type?: "text" | "password";
};

/** One line of text of the draft. */
export function DraftText({
  draft,
  errors,
  onChange,
  name,
  label,
  help,
  isOptional,
  type = "text",
}: TextProps) {
  return (
    <Field label={label} help={help} error={errors[name]} isOptional={isOptional ?? false}>
      {(control) => (
        <Input
          {...control}
          type={type}
          value={draft[name]}
          onChange={(event) => onChange({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
}

const issuerWords: Partial<Record<Protocol, { label: string; help: string }>> = {
  openid: {
    label: "Issuer",
    help: "Such as https://id.example.com/realms/main; its address of discovery begins with it",
  },
  github: { label: "Address of GitHub", help: "https://github.com, or that of your Enterprise Server" },
};

/** Where the provider is and who the portal is to it. */
export function ConnectionFields(props: FieldsProps & { hasSecret: boolean }) {
  const { protocol } = props.draft;
  const issuer = issuerWords[protocol];
  return (
    <>
      {issuer ? <DraftText {...props} name="issuer" {...issuer} /> : null}
      {protocol === "entra" ? (
        <DraftText
          {...props}
          name="tenant"
          label="Directory (tenant) ID"
          help="On the overview of the app registration"
        />
      ) : null}
      <DraftText {...props} name="clientId" label="Client ID" />
      <DraftText
        {...props}
        name="clientSecret"
        label="Client secret"
        type="password"
        isOptional={props.hasSecret || protocol === "openid"}
        help={
          props.hasSecret
            ? "One is stored, and is never shown. Leave this empty to keep it"
            : "Stored sealed, and never shown again"
        }
      />
    </>
  );
}

const admissions = [
  { value: "everyone", label: "Everybody whom it lets in" },
  { value: "known", label: "Only people who have an account here" },
];

/** Who of those whom the provider knows may come in, and what is read of them. */
export function AdmissionFields(props: FieldsProps) {
  const { draft, errors, onChange } = props;
  const { protocol } = draft;
  return (
    <>
      <Field label="Who may sign in" error={errors.admits}>
        {(control) => (
          <Select
            {...control}
            options={admissions}
            value={draft.admits}
            onChange={(event) => onChange({ admits: event.target.value as ProviderDraft["admits"] })}
          />
        )}
      </Field>
      {protocol === "github" ? (
        <DraftText
          {...props}
          name="organizations"
          label="Organisations"
          isOptional
          help="Only members of one of these, separated by commas"
        />
      ) : null}
      {protocol === "google" ? (
        <DraftText
          {...props}
          name="hostedDomain"
          label="Google Workspace domain"
          isOptional
          help="Only accounts of this domain, such as example.com"
        />
      ) : null}
      {protocol === "openid" || protocol === "entra" ? (
        <DraftText
          {...props}
          name="groupsClaim"
          label="Groups claim"
          isOptional
          help="Where the groups stand that roles are given by; a dot leads into an object, as in realm_access.roles"
        />
      ) : null}
      {protocol === "github" ? null : (
        <DraftText
          {...props}
          name="personClaim"
          label="Person claim"
          isOptional
          help="Its value says which User of the catalog somebody is, such as preferred_username"
        />
      )}
      <DraftText
        {...props}
        name="personAnnotation"
        label="Person annotation"
        isOptional
        help={
          protocol === "github"
            ? "Where Users of the catalog have their GitHub login; github.com/user-login unless you write another"
            : "The annotation of Users in the catalog that the person claim is compared with"
        }
      />
    </>
  );
}

const authentications = [
  { value: "automatic", label: "As the provider says" },
  { value: "basic", label: "In the header" },
  { value: "post", label: "In the body" },
];

/** What most providers need nothing of. */
export function AdvancedFields(props: FieldsProps) {
  const { draft, errors, onChange } = props;
  const { protocol } = draft;
  return (
    <div className="flex flex-col gap-4 pt-3">
      <DraftText {...props} name="scopes" label="Scopes" help="Separated by spaces" />
      {protocol === "google" || protocol === "entra" ? (
        <DraftText {...props} name="issuer" label={protocol === "entra" ? "Authority" : "Issuer"} />
      ) : null}
      {protocol === "github" || protocol === "entra" ? (
        <DraftText
          {...props}
          name="apiUrl"
          label={protocol === "github" ? "Address of the API" : "Address of Microsoft Graph"}
          help={
            protocol === "github"
              ? "On an Enterprise Server https://HOST/api/v3"
              : "Asked only for people in very many groups"
          }
        />
      ) : null}
      {protocol === "github" ? null : (
        <Field label="How the secret is sent" error={errors.clientAuthentication}>
          {(control) => (
            <Select
              {...control}
              options={authentications}
              value={draft.clientAuthentication}
              onChange={(event) =>
                onChange({
                  clientAuthentication: event.target.value as ProviderDraft["clientAuthentication"],
                })
              }
            />
          )}
        </Field>
      )}
      <Field
        label="Certificate of your own authority"
        isOptional
        help="In PEM; trusted for this provider only, besides those that this machine trusts"
        error={errors.ca}
      >
        {(control) => (
          <TextArea
            {...control}
            value={draft.ca}
            onChange={(event) => onChange({ ca: event.target.value })}
          />
        )}
      </Field>
      <DraftText
        {...props}
        name="privateRanges"
        label="Private addresses"
        isOptional
        help="Ranges at which it may be when it is inside your network, such as 10.20.0.0/16"
      />
    </div>
  );
}
