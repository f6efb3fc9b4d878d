import type { z } from "zod";

const kinds: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  number: "a number",
  int: "a whole number",
  object: "an object",
  record: "an object",
  string: "a text",
};

/**
 * What a body from outside lacks and where, for people: "event.data.title is missing", "alerts.0.startsAt is no time such as
 * 2026-11-21T14:03:00Z". Without a full stop. Messages of the schema itself (of refinements and patterns) read on from the field.
 */
export function shapeWords(error: z.ZodError, body: unknown): string {
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  const field = path.length > 0 ? path.map(String).join(".") : "The body";
  if (!issue) return "The body cannot be read";
  if (issue.code !== "custom" && path.length > 0 && valueAt(body, path) == null) return `${field} is missing`;
  return `${field} ${wrongWords(issue)}`;
}

function wrongWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `is not ${kinds[issue.expected] ?? "of the kind that is expected"}`;
    case "invalid_union":
      return "options" in issue && Array.isArray(issue.options)
        ? noneOf(issue.options)
        : "is none of what is expected";
    case "invalid_value":
      return noneOf(issue.values);
    case "invalid_format":
      if (issue.format === "datetime") return "is no time such as 2026-11-21T14:03:00Z";
      return issue.message.startsWith("Invalid") ? "is not written as is expected" : issue.message;
    case "too_small":
      return issue.origin === "string" ? "is empty" : "is too small";
    case "too_big":
      return issue.origin === "string" ? `is longer than ${issue.maximum} characters` : "is too large";
    case "custom":
      return issue.message;
    case "invalid_element":
    case "invalid_key":
    case "not_multiple_of":
    case "unrecognized_keys":
      return "cannot be read";
  }
}

const noneOf = (values: readonly unknown[]) => `is none of ${values.map(String).join(", ")}`;

const valueAt = (body: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    body,
  );
