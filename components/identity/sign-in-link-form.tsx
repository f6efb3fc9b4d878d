"use client";

import { useEffect, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { asSentence } from "#components/ui/sentence.ts";

/**
 * Uses a sign-in link up. Its token stands after the #, which browsers do not send and logs do not see; a press is asked
 * for, so that a program that only looks at links does not spend it.
 */
export function SignInLinkForm() {
  const [token, setToken] = useState<string | null | undefined>(undefined);
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const found = location.hash.slice(1);
    setToken(/^[\w-]{20,100}$/.test(found) ? found : null);
    // Out of the address bar and the history at once.
    history.replaceState(null, "", location.pathname);
  }, []);
  const use = async () => {
    setIsBusy(true);
    setProblem(null);
    const refused = await spend(token ?? "");
    if (refused === null) return location.assign("/");
    setProblem(refused);
    setIsBusy(false);
  };
  if (token === null)
    return (
      <Notice tone="warning" title="This link is not complete">
        Open it just as it was printed, with everything after the #.
      </Notice>
    );
  return (
    <div className="flex flex-col gap-4">
      <span>
        <Button tone="primary" isBusy={isBusy || token === undefined} onClick={() => void use()}>
          Sign in
        </Button>
      </span>
      {problem ? (
        <div role="alert">
          <Notice tone="danger" title="You are not signed in">
            {asSentence(problem)}
          </Notice>
        </div>
      ) : null}
    </div>
  );
}

/** Null when it worked, else why not. */
async function spend(token: string): Promise<string | null> {
  try {
    const answer = await fetch("/api/auth/sign-in-link", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
    if (answer.ok) return null;
    const body = (await answer.json().catch(() => null)) as { error?: { message?: string } } | null;
    return body?.error?.message ?? `The portal answered ${answer.status}`;
  } catch {
    return "The portal did not answer. Check that it is running, then try again.";
  }
}
