import { Notice } from "#components/ui/notice.tsx";
import { failureWords, type SignInFailure } from "#server/identity/providers/model.ts";

const calm: readonly SignInFailure[] = ["cancelled", "expired"];

/** Why a sign-in did not happen, in a sentence with what to do. */
export function SignInFailureNotice({ failure, provider }: { failure: SignInFailure; provider: string }) {
  return (
    <div role="alert" className="pb-4">
      <Notice tone={calm.includes(failure) ? "warning" : "danger"} title="You are not signed in">
        {failureWords(failure, provider)}
      </Notice>
    </div>
  );
}

/** After signing out: the provider's own session goes on, and on a shared computer that matters. */
export function SignedOutNotice({ provider }: { provider: { slug: string; name: string } | null }) {
  return (
    <div role="status" className="pb-4">
      <Notice tone="neutral" title="You are signed out of this portal">
        {provider ? (
          <>
            On a computer that others use,{" "}
            <a href={`/api/auth/provider-sign-out/${provider.slug}`} className="underline underline-offset-3">
              sign out of {provider.name} too
            </a>
            .
          </>
        ) : null}
      </Notice>
    </div>
  );
}
