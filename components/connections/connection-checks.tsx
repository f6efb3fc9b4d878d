import { Status } from "#components/ui/status.tsx";
import type { Check } from "#server/connections/model.ts";

const tones = { passed: "success", failed: "danger", warning: "warning" } as const;
const stateWords = { passed: "Fine", failed: "Failed", warning: "Look at this" };

/** What a test of the settings found, one item for each thing that was looked at. */
export function ConnectionChecks({ checks }: { checks: readonly Check[] }) {
  return (
    <ul aria-label="What the test found" className="border-line border-t">
      {checks.map(({ name, state, message }) => (
        <li key={`${name} ${message}`} className="border-line border-b py-2 text-table">
          <Status tone={tones[state]}>
            {name}
            <span className="sr-only">: {stateWords[state]}</span>
          </Status>
          <p className="break-words pl-5 text-fg-soft">{message}</p>
        </li>
      ))}
    </ul>
  );
}
