"use client";

import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { CommandLine } from "#components/ui/command-line.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { asSentence } from "#components/ui/sentence.ts";

/** Asks for the setup token; who has none reads where it is. */
export function TokenForm() {
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setIsBusy(true);
    setFailure(null);
    const token = String(new FormData(event.currentTarget).get("token"));
    const problem = await showToken(token.trim());
    if (problem === null) return location.assign("/setup");
    setIsBusy(false);
    setFailure(problem);
  };
  return (
    <>
      <p className="mt-1 text-fg-soft text-table">
        Whoever installed it sets it up with a one-time token. Until that is done, nobody can sign in.
      </p>
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4 py-5">
        <Field
          label="Setup token"
          help="It stands in the file setup-token of the portal's data folder; where the portal was started in a terminal, also there"
          error={failure}
        >
          {(control) => (
            <Input {...control} name="token" type="password" required maxLength={200} className="font-mono" />
          )}
        </Field>
        <span>
          <Button tone="primary" type="submit" isBusy={isBusy}>
            {isBusy ? "Checking…" : "Begin the setup"}
          </Button>
        </span>
      </form>
      <div className="flex flex-col gap-2 border-line border-t pt-4 text-fg-soft text-table">
        <p>
          The token is good for one day, one use and five tries. Make another on the portal's machine, in its
          folder:
        </p>
        <CommandLine command="npx milepost setup-token" />
      </div>
    </>
  );
}

/** Null when the token opened the setup, else why not. */
async function showToken(token: string): Promise<string | null> {
  try {
    const answer = await fetch("/api/setup/open", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
    if (answer.ok) return null;
    const body = (await answer.json().catch(() => null)) as { error?: { message?: string } } | null;
    return asSentence(body?.error?.message ?? `The portal answered ${answer.status}`);
  } catch {
    return "The portal did not answer. Check that it is running, then try again.";
  }
}
