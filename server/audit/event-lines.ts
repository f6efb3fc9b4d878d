import { type SQL, sql } from "drizzle-orm";

/**
 * One event as it leaves the portal, in an export or to a sink. `text` is what was hashed: SHA-256 over the bytes of
 * `previousHash` followed by `text` in UTF-8 is `hash`. docs/security/audit.md describes it for strangers.
 */
export type EventLine = {
  stream: string;
  position: number;
  id: number;
  /** ISO 8601 in UTC with microseconds. */
  at: string;
  type: string;
  actor: { kind: string; id: string | null; name: string };
  subject: { type: string; id: string };
  payload: unknown;
  isDemo: boolean;
  previousHash: string;
  hash: string;
  text: string;
};

export type EventLineRow = {
  stream: string;
  position: string;
  id: string;
  at: string;
  type: string;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  subject_type: string;
  subject_id: string;
  payload: unknown;
  is_demo: boolean;
  previous_hash: string;
  hash: string;
  text: string;
};

/** The columns of a line, of the chain as `c` and the event as `e`. */
export const eventLineColumns: SQL = sql`
  c.stream, c.position, e.id, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, e.type,
  e.actor_kind, e.actor_id, e.actor_name, e.subject_type, e.subject_id, e.payload, e.is_demo,
  encode(c.previous_hash, 'hex') as previous_hash, encode(c.hash, 'hex') as hash,
  event_text(c.position, e.id, e.at, e.type, e.actor_kind, e.actor_id, e.actor_name, e.subject_type, e.subject_id,
    e.payload, e.is_demo) as text`;

/** One line for every reader: some take U+2028 and U+2029, which JSON allows in texts, for line ends. */
export const toJsonLine = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u2028\u2029]/g, (sign) => (sign === "\u2028" ? "\\u2028" : "\\u2029"));

export const toEventLine = (row: EventLineRow): EventLine => ({
  stream: row.stream,
  position: Number(row.position),
  id: Number(row.id),
  at: row.at,
  type: row.type,
  actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
  subject: { type: row.subject_type, id: row.subject_id },
  payload: row.payload,
  isDemo: row.is_demo,
  previousHash: row.previous_hash,
  hash: row.hash,
  text: row.text,
});
