import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { apiUrlOf, kindNames, pollChoices } from "#server/connections/model.ts";
import type { DraftProps } from "./connection-draft.ts";
import { DraftText } from "./draft-text.tsx";

const advanced: readonly string[] = [
  "apiUrl",
  "ca",
  "proxyUrl",
  "privateRanges",
  "pollMinutes",
  "reservePercent",
];
const polls = pollChoices.map((minutes) => ({
  value: String(minutes),
  label: minutes < 60 ? `${minutes} minutes` : minutes === 60 ? "hour" : `${minutes / 60} hours`,
}));
const reserves = [0, 10, 20, 30, 50, 75].map((percent) => ({
  value: String(percent),
  label: `${percent} %`,
}));

/** Where the host is and how it is reached. What is seldom needed is folded away, and open where something is wrong. */
export function NetworkFields({ hasLimits = false, ...props }: DraftProps & { hasLimits?: boolean }) {
  const { draft, errors } = props;
  const name = kindNames[draft.kind];
  return (
    <>
      <DraftText
        {...props}
        name="webUrl"
        label={`Address of ${name}`}
        help={draft.kind === "github" ? "Or that of your Enterprise Server" : "Or that of your own GitLab"}
      />
      <details className="group rounded-control" open={advanced.some((field) => errors[field]) || undefined}>
        <summary className="w-fit cursor-pointer rounded-tight font-medium text-fg-soft text-table hover:text-fg">
          {hasLimits ? "Network and limits" : "Network"}
        </summary>
        <div className="flex flex-col gap-4 pt-3">
          <DraftText
            {...props}
            name="apiUrl"
            label="Address of the API"
            isOptional
            help={`Where it usually is: ${URL.canParse(draft.webUrl) ? apiUrlOf(draft.kind, draft.webUrl) : "below the address"}`}
          />
          <DraftText
            {...props}
            name="privateRanges"
            label="Private addresses"
            isOptional
            help="Ranges that the host may lie in when it is inside your network, such as 10.20.0.0/16"
          />
          <DraftText
            {...props}
            name="proxyUrl"
            label="Proxy of its own"
            isOptional
            help="http://HOST:PORT; without one, the portal's own is used"
          />
          <DraftText
            {...props}
            name="ca"
            label="Own certificate authority"
            isOptional
            help="In PEM"
            rows={3}
          />
          {hasLimits ? <LimitFields {...props} /> : null}
        </div>
      </details>
    </>
  );
}

/** How often it is asked, and how much. */
function LimitFields({ draft, onChange }: DraftProps) {
  return (
    <>
      <Field
        label="Look for changes every"
        help="Webhooks tell of changes at once; this finds what they missed"
      >
        {(control) => (
          <Select
            {...control}
            options={polls}
            value={String(draft.pollMinutes)}
            onChange={(event) => onChange({ pollMinutes: Number(event.target.value) })}
          />
        )}
      </Field>
      <Field
        label="Leave of the rate limit"
        help="For others who use the same token or App; background work stops there until the limit begins anew"
      >
        {(control) => (
          <Select
            {...control}
            options={reserves}
            value={String(draft.reservePercent)}
            onChange={(event) => onChange({ reservePercent: Number(event.target.value) })}
          />
        )}
      </Field>
    </>
  );
}
