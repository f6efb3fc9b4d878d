/** Asks the portal where the browser has to go to sign in; throws an Error with a sentence. */
export async function beginSignIn(
  path: `/api/setup/sign-in/${string}` | `/api/auth/prove/${string}`,
  input: { purpose?: "link" | "confirm"; returnTo?: string },
): Promise<void> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  }).catch(() => {
    throw new Error("The portal did not answer. Check that it is running, then try again.");
  });
  const body = (await answer.json().catch(() => null)) as {
    location?: string;
    error?: { message?: string };
  } | null;
  if (!answer.ok || !body?.location)
    throw new Error(body?.error?.message ?? `The portal answered ${answer.status}`);
  location.assign(body.location);
}
