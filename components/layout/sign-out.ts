/** Ends the session and leaves for the sign-in page; throws when the portal does not answer. */
export async function signOut(): Promise<void> {
  const answer = await fetch("/api/auth/sign-out", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  if (!answer.ok) throw new Error(`Signing out answered ${answer.status}`);
  const { provider } = (await answer.json()) as { provider: string | null };
  // A fresh page: nothing of the former reader stays in memory.
  location.assign(provider ? `/sign-in?signed-out=${encodeURIComponent(provider)}` : "/sign-in");
}
