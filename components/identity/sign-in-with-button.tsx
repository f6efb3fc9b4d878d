"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { ButtonTone } from "#components/ui/button-look.ts";
import { asSentence } from "#components/ui/sentence.ts";
import { beginSignIn } from "./begin-sign-in.ts";

type Props = {
  slug: string;
  label: string;
  tone?: ButtonTone;
  purpose: "link" | "confirm" | "setup";
  returnTo?: string;
};

/** Goes to a provider for more than a plain sign-in. A script begins it, since a mere link from elsewhere must not. */
export function SignInWithButton({ slug, label, tone = "secondary", purpose, returnTo }: Props) {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const begin = async () => {
    setIsBusy(true);
    setProblem(null);
    try {
      if (purpose === "setup") await beginSignIn(`/api/setup/sign-in/${slug}`, {});
      else await beginSignIn(`/api/auth/prove/${slug}`, { purpose, ...(returnTo ? { returnTo } : {}) });
    } catch (error) {
      setProblem((error as Error).message);
      setIsBusy(false);
    }
  };
  return (
    <span className="inline-flex flex-col items-start gap-1">
      <Button tone={tone} isBusy={isBusy} onClick={() => void begin()}>
        {label}
      </Button>
      {problem ? (
        <span role="alert" className="text-danger text-small">
          {asSentence(problem)}
        </span>
      ) : null}
    </span>
  );
}
