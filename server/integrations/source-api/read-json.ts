import { isDeeper } from "#server/core/json-text.ts";
import { unavailable } from "#server/core/outside/failure.ts";

/**
 * What a host answered, as JSON. NUL characters, which PostgreSQL cannot keep, are taken out. Throws a DomainError for a
 * page of HTML (a proxy, a sign-in page) and for anything else that is no JSON.
 */
export function readJson(body: Buffer, headers: Record<string, string>, host: string): unknown {
  const text = body.toString("utf8");
  if (/^\s*</.test(text.slice(0, 200)) || /text\/html/.test(headers["content-type"] ?? ""))
    throw unavailable(
      `${host} answered a page in place of data: is the API's address right, or does a proxy or sign-in page stand in between?`,
    );
  if (isDeeper(text)) throw unavailable(`${host} answered something that is nested too deeply to be read`);
  try {
    return text.includes("\\u0000") ? withoutNul(JSON.parse(text)) : JSON.parse(text);
  } catch {
    throw unavailable(`${host} answered something that is no JSON`);
  }
}

function withoutNul(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\u0000", "");
  if (Array.isArray(value)) return value.map(withoutNul);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutNul(part)]));
}
