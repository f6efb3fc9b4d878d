/** What people call it, where the name of the event alone would puzzle them. */
const words: Readonly<Record<string, string>> = {
  "session.started": "Signed in",
  "session.confirmed": "Confirmed who they are",
  "session.ended": "Signed out",
  "session.ended-all": "Signed out everywhere",
  "session.refused": "Sign-in refused",
  "sign-in-link.made": "Sign-in link made",
  "key.added": "New key for secrets",
  "key.rotated": "Secrets sealed anew",
  "key.dropped": "Old key for secrets dropped",
  "key.lost": "Secrets of a lost key forgotten",
  "audit-sink.added": "Audit log: sink added",
  "audit-sink.changed": "Audit log: sink changed",
  "audit-sink.removed": "Audit log: sink removed",
};

/** "token.created" as people say it: "Token created". */
export function eventWords(type: string): string {
  const known = words[type];
  if (known) return known;
  const plain = type.replaceAll(/[.-]/g, " ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

type Told = { type: string; subjectType: string; subjectId: string; payload: unknown };

/** Where things of a kind can be looked at; what was removed has no place any more. */
const places: Readonly<Record<string, (id: string) => string>> = {
  location: (id) => `/catalog/sources/${id}`,
  import: (id) => `/catalog/sources/${id}`,
  webhook: (id) => `/admin/webhooks/${id}`,
  connection: () => "/admin/webhooks",
  secret: () => "/admin/webhooks",
  token: () => "/admin/tokens",
};

/** The fields of a payload that name the thing itself, the best first. */
const naming = ["userName", "name", "target", "connection", "guid"] as const;
const ofThePortal = new Set(["installation", "demo", "setup", "setup-token", "time-zone"]);

/** What an event is about, as a person knows it: its name, where it can be looked at, and what else the event says. */
export function subjectOf(event: Told & { isGone: boolean }): {
  name: string;
  href: string | null;
  details: { label: string; value: string }[];
} {
  const payload = (event.payload ?? {}) as Record<string, unknown>;
  const key = naming.find((field) => typeof payload[field] === "string" && payload[field] !== "");
  const place = event.isGone ? undefined : places[event.subjectType];
  const details = Object.entries(payload)
    .filter(([field, value]) => field !== key && value !== null && value !== "" && !isEmpty(value))
    .map(([field, value]) => ({ label: spaced(field), value: valueWords(value) }));
  return { name: nameOf(event, key, payload), href: place?.(event.subjectId) ?? null, details };
}

function nameOf(event: Told, key: string | undefined, payload: Record<string, unknown>): string {
  if (event.subjectType === "key") return `Key ${event.subjectId}`;
  if (event.subjectType === "audit-log") return "The audit log";
  if (event.type === "session.refused") return `At ${String(payload.provider ?? "the sign-in page")}`;
  if (key) return String(payload[key]);
  return ofThePortal.has(event.subjectType) ? "This portal" : event.subjectId;
}

const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;

/** "expiresAt" as "expires at". */
const spaced = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function valueWords(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(valueWords).join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  const text = String(value);
  const moment = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):[\d.]+Z$/.exec(text);
  return moment ? `${moment[1]} ${moment[2]} UTC` : text;
}

/** Something that is wrong with the audit log. `position` is a place in the stream's chain, from 1. */
export type ChainProblem = {
  kind: "altered" | "removed" | "inserted";
  stream: string;
  position: number | null;
  eventId: number | null;
  message: string;
};

/** What a check of the whole audit log found. At most 500 problems are named; `problemCount` counts what was found. */
export type Verification = {
  isIntact: boolean;
  checkedAt: string;
  events: number;
  streams: { stream: string; events: number; position: number; hash: string }[];
  /** How many anchored heads it was compared with. */
  anchors: number;
  problems: ChainProblem[];
  problemCount: number;
};
