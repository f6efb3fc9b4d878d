const decoder = new TextDecoder("utf-8", { fatal: true });

export type BodyReading = { payload: unknown } | { unreadable: string };

/** Reads a webhook's bytes as JSON; what cannot be read comes back as the sentence for the log. */
export function readBody(body: Uint8Array): BodyReading {
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    return { unreadable: "The body is not valid UTF-8" };
  }
  try {
    const payload: unknown = JSON.parse(text);
    if (payload !== null && typeof payload === "object" && !Array.isArray(payload)) return { payload };
    return { unreadable: "The body is JSON, but no object" };
  } catch {
    return { unreadable: text.length === 0 ? "The body is empty" : "The body is not valid JSON" };
  }
}

/** The action and the repository's full name, for the log; null where the payload has no such text. */
export function readSubject(payload: unknown): { action: string | null; repository: string | null } {
  const top = payload as {
    action?: unknown;
    repository?: { full_name?: unknown } | null;
    project?: { path_with_namespace?: unknown } | null;
    object_attributes?: { action?: unknown } | null;
  };
  return {
    action: shortText(top.action ?? top.object_attributes?.action, 100),
    repository: shortText(top.repository?.full_name ?? top.project?.path_with_namespace, 300),
  };
}

/** PostgreSQL's text refuses NUL, and UTF-8 half a surrogate pair; both become the replacement character. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\ufffd");
}

const shortText = (value: unknown, length: number): string | null =>
  typeof value === "string" && value !== "" ? storableText(value.slice(0, length)) : null;
