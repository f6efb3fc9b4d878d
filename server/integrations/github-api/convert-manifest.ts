import { invalid } from "#server/core/errors.ts";
import { unavailable } from "#server/core/outside/failure.ts";
import type { Outside } from "#server/core/outside.ts";
import { readJson } from "../source-api/read-json.ts";
import { MadeApp } from "./shapes.ts";

/** Exchanges the code, which is good for an hour and once, for the App with its secrets. Throws a DomainError. */
export async function convertManifest(outside: Outside, apiUrl: string, code: string): Promise<MadeApp> {
  const { host } = new URL(apiUrl);
  if (!/^[\w-]{1,200}$/.test(code)) throw invalid(`${host} sent no code that can be used: begin again`);
  const answer = await outside.send({
    url: `${apiUrl}/app-manifests/${code}/conversions`,
    method: "POST",
    headers: { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" },
    maxBytes: 1_000_000,
    timeoutMs: 20_000,
  });
  if (answer.status === 404) throw invalid(`${host} does not know the code any more: begin again`);
  if (answer.status !== 201)
    throw unavailable(`${host} answered ${answer.status} where the App's key was asked for`);
  const parsed = MadeApp.safeParse(readJson(answer.body, answer.headers, host));
  if (parsed.success) return parsed.data;
  throw unavailable(`${host} made the App, and did not tell its key: delete it there, and begin again`);
}
