import type { Metadata } from "next";
import { SignInLinkForm } from "#components/identity/sign-in-link-form.tsx";
import { Mark } from "#components/layout/mark.tsx";

export const metadata: Metadata = { title: "Sign in by link" };

export default function SignInLinkPage() {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-115 flex-col justify-center px-4 py-12">
      <div className="flex items-center gap-2.5 pb-6">
        <Mark size={24} />
        <span className="font-semibold text-section">Milepost</span>
      </div>
      <h1 className="font-semibold text-title">Sign in by link</h1>
      <p className="mt-1 mb-4 text-fg-soft text-table">
        Somebody who runs this portal made this link for you. It works once, for ten minutes.
      </p>
      <SignInLinkForm />
    </main>
  );
}
