import { Status } from "#components/ui/status.tsx";

export type ProviderCheck = { name: string; state: "passed" | "failed" | "warning"; message: string };

const tones = { passed: "success", failed: "danger", warning: "warning" } as const;
const stateWords = { passed: "Fine", failed: "Failed", warning: "Look at this" };

/** What a test of the settings found, one line for each thing that was looked at. */
export function ProviderChecks({ checks }: { checks: readonly ProviderCheck[] }) {
  return (
    <ul aria-label="What the test found" className="border-line border-t">
      {checks.map(({ name, state, message }) => (
        <li
          key={name}
          className="grid grid-cols-[112px_minmax(0,1fr)] gap-x-3 border-line border-b py-2 text-table"
        >
          <Status tone={tones[state]}>
            {name}
            <span className="sr-only">: {stateWords[state]}</span>
          </Status>
          <span className="min-w-0 break-words text-fg-soft">{message}</span>
        </li>
      ))}
    </ul>
  );
}

/** Asks the portal to try these settings; nothing is saved by it. Throws an Error with a sentence. */
export async function askForTest(path: string, input: object): Promise<ProviderCheck[]> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  }).catch(() => {
    throw new Error("The portal did not answer. Check that it is running, then try again.");
  });
  const body = (await answer.json().catch(() => null)) as {
    checks?: ProviderCheck[];
    error?: { message?: string };
  } | null;
  if (answer.ok && body?.checks) return body.checks;
  throw new Error(body?.error?.message ?? `The portal answered ${answer.status}`);
}
