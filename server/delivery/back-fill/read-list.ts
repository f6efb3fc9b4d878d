import type { ImportCursors, ListCursor } from "#db/schema/delivery-import.ts";
import { unavailable } from "#server/core/outside/failure.ts";

/** Pages that one opening of a list may have: as many as a client asks for. */
const mostPages = 1_000;
/** A host that answers so many pages in a row without anything new goes in a circle. */
const mostBarren = 10;

export type HostList<Row> = {
  kind: keyof ImportCursors;
  /** Opens it at a page, down to `since`. */
  open: (firstPage: number) => AsyncGenerator<Row[]>;
  since: Date;
  keyOf: (row: Row) => string;
  timeOf: (row: Row) => Date;
  /** By that time, the newest first: reading may end at the first row that is too old. */
  isOrdered: boolean;
  /** Rows that are taken together, in one transaction with the cursor. */
  atOnce: number;
  /** Takes rows, and keeps the cursor with them. */
  take: (rows: readonly Row[], cursor: ListCursor) => Promise<void>;
};

type Reading = {
  page: number;
  seen: Set<string>;
  barren: number;
  /** Where something was last taken: the place to go on from. */
  last: ListCursor;
};

/**
 * Reads a list of a host down to `from`, and goes on where the last reading ended. What is taken of a page is kept together
 * with how far that came, so that an end at any moment costs some answers at most. Pages move on while somebody reads
 * them: rows that come twice are left out, and where rows above were taken away it is read again from a page before.
 */
export async function readList<Row>(
  cursor: ListCursor | undefined,
  from: Date,
  list: HostList<Row>,
  onPage: () => void,
): Promise<void> {
  if (cursor?.readTo && new Date(cursor.readTo) <= from) return;
  const reading: Reading = {
    ...{ page: cursor?.page ?? 1, seen: new Set(cursor?.seen) },
    ...{ barren: 0, last: cursor ?? { page: 1 } },
  };
  for (let opened = mostPages, isResumed = list.isOrdered; opened >= mostPages; ) {
    opened = 0;
    for await (const rows of list.open(reading.page)) {
      onPage();
      opened += 1;
      if (isResumed && reading.page > 1 && isBelow(rows, cursor, list)) {
        reading.page -= 1;
        opened = mostPages;
        break;
      }
      isResumed = false;
      if (await takePage(reading, rows, from, list)) return;
    }
    // A page that is not there any more.
    if (opened === 0 && isResumed && reading.page > 1) {
      reading.page -= 1;
      opened = mostPages;
    }
  }
  const last = list.isOrdered ? reading.last : { page: 1 };
  await list.take([], { ...last, readTo: list.since.toISOString() });
}

/** All of a page lies below what was read last: rows above it were taken away, and others moved up past us. */
const isBelow = <Row>(
  [first]: readonly Row[],
  cursor: ListCursor | undefined,
  list: HostList<Row>,
): boolean => !first || Boolean(cursor?.oldest && list.timeOf(first) < new Date(cursor.oldest));

/** Answers whether the list was read down to `from`. The cursor stays on a page until something of the next one is taken. */
async function takePage<Row>(
  reading: Reading,
  rows: readonly Row[],
  from: Date,
  list: HostList<Row>,
): Promise<boolean> {
  const wanted = list.isOrdered ? rows.filter((row) => list.timeOf(row) >= from) : rows;
  const taken = wanted.map(list.keyOf).filter((key) => reading.seen.has(key));
  const fresh = wanted.filter((row) => !reading.seen.has(list.keyOf(row)));
  reading.barren = fresh.length > 0 ? 0 : reading.barren + 1;
  if (reading.barren > mostBarren)
    throw unavailable(
      "The host sends page after page without anything new: its list was not read to the end",
    );
  for (let at = 0; at < fresh.length; at += list.atOnce) {
    const chunk = fresh.slice(at, at + list.atOnce);
    taken.push(...chunk.map(list.keyOf));
    reading.last = { page: reading.page, seen: [...taken], ...oldestOf(chunk, list) };
    await list.take(chunk, reading.last);
    for (const row of chunk) reading.seen.add(list.keyOf(row));
  }
  if (wanted.length < rows.length) {
    await list.take([], { ...reading.last, readTo: from.toISOString() });
    return true;
  }
  reading.page += 1;
  return false;
}

function oldestOf<Row>(rows: readonly Row[], list: HostList<Row>): Pick<ListCursor, "oldest"> {
  const last = rows.at(-1);
  return last && list.isOrdered ? { oldest: list.timeOf(last).toISOString() } : {};
}
