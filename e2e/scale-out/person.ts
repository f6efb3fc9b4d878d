import { eq } from "drizzle-orm";
import type { Pool } from "#db/client.ts";
import { users } from "#db/schema/identity.ts";

export type Person = { cookie: string };
// biome-ignore lint/suspicious/noExplicitAny: what a procedure answers is for each check to know
export type Answer = { status: number; data: any };

/** Signs in as the evaluation's admin at one web process. */
export async function signIn(address: string, pool: Pool): Promise<Person> {
  const [admin] = await pool.db.select({ id: users.id }).from(users).where(eq(users.isDemo, true));
  const answer = await fetch(`${address}/api/auth/demo`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: address },
    body: JSON.stringify({ personId: admin?.id }),
  });
  if (answer.status !== 200) throw new Error(`Signing in was answered with ${answer.status}`);
  const [cookie = ""] = answer.headers.getSetCookie().map((line) => line.split(";")[0]);
  return { cookie };
}

export async function signOut(address: string, person: Person): Promise<number> {
  const headers = { "content-type": "application/json", origin: address, cookie: person.cookie };
  const answer = await fetch(`${address}/api/auth/sign-out`, { method: "POST", headers, body: "{}" });
  return answer.status;
}

/** tRPC as this person's browser would call it at this web process. */
export async function call(
  address: string,
  person: Person,
  procedure: string,
  input?: unknown,
  kind: "query" | "mutation" = "query",
): Promise<Answer> {
  const json = JSON.stringify({ json: input });
  const query = kind === "query" && input !== undefined ? `?input=${encodeURIComponent(json)}` : "";
  const answer = await fetch(`${address}/api/trpc/${procedure}${query}`, {
    method: kind === "query" ? "GET" : "POST",
    headers: { cookie: person.cookie, "content-type": "application/json", origin: address },
    ...(kind === "mutation" ? { body: json } : {}),
  });
  const body = (await answer.json()) as { result?: { data?: { json?: unknown } } };
  return { status: answer.status, data: body.result?.data?.json };
}
