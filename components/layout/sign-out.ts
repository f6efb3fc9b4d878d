/** Ends the session and leaves for the sign-in page; throws when the portal does not answer. */
export async function signOut(): Promise<void> {
  const answer = await fetch("/api/auth/sign-out", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  if (!answer.ok) throw new Error(`Signing out answered ${answer.status}`);
  // A fresh page: nothing of the former reader stays in memory.
  location.assign("/sign-in");
}
