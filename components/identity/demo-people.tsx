"use client";

import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { Notice } from "#components/ui/notice.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { roleNames as names, type roleNames } from "#server/identity/model.ts";

type Person = { id: string; name: string; title: string; role: keyof typeof roleNames };

/** What one finds as each of them. Several are developers, so the beginning of the title tells first. */
const finds: Record<string, string> = {
  "First-day engineer": "Where to begin, and a tour in five steps",
  "Team lead": "The team's services, and which of them need attention",
  developer: "The team's services, what was deployed, what is wrong",
  leader: "All teams, and what nobody owns",
  platform: "Imports, the webhook log, API tokens",
  admin: "Everything, also who did what",
};

function whatIsFound({ title, role }: Person): string | undefined {
  const start = Object.keys(finds).find((begin) => title.startsWith(begin));
  return finds[start ?? role];
}

export function DemoPeople({ people, next }: { people: Person[]; next: string }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const choose = async (person: Person) => {
    setChosen(person.id);
    setFailure(null);
    const problem = await signInAs(person.id);
    if (problem === null) return location.assign(next);
    setChosen(null);
    setFailure(problem);
  };
  return (
    <>
      <ul className="border-line border-t">
        {people.map((person) => (
          <li key={person.id} className="border-line border-b">
            <button
              type="button"
              aria-disabled={chosen !== null || undefined}
              onClick={() => chosen === null && void choose(person)}
              className="group ring-inside -mx-2 flex w-[calc(100%+16px)] items-center gap-3 rounded-control px-2 py-2.5 text-left hover:bg-hover"
            >
              <span className="min-w-0 flex-1">
                <span className="block font-medium text-body">
                  {person.title || names[person.role]}
                  <span className="font-normal text-muted"> · {person.name}</span>
                </span>
                <span className="block text-fg-soft text-small">
                  {chosen === person.id ? "Signing in…" : whatIsFound(person)}
                </span>
              </span>
              <ChevronRight
                aria-hidden
                size={16}
                strokeWidth={1.5}
                className="text-muted group-hover:text-fg"
              />
            </button>
          </li>
        ))}
      </ul>
      {failure ? (
        <div role="alert" className="pt-4">
          <Notice tone="danger" title="Could not sign in">
            {failure}
          </Notice>
        </div>
      ) : null}
    </>
  );
}

/** Null when it worked, else why not. */
async function signInAs(personId: string): Promise<string | null> {
  try {
    const answer = await fetch("/api/auth/demo", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ personId }),
    });
    if (answer.ok) return null;
    const body = (await answer.json().catch(() => null)) as {
      error?: { message?: string; requestId?: string };
    } | null;
    const { message, requestId } = body?.error ?? {};
    return `${asSentence(message ?? `The portal answered ${answer.status}`)}${requestId ? ` Request ${requestId}` : ""}`;
  } catch {
    return "The portal did not answer. Check that it is running, then try again.";
  }
}
