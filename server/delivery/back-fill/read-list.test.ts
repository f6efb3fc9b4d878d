import { describe, expect, test } from "vitest";
import type { ListCursor } from "#db/schema/delivery-import.ts";
import { type HostList, readList } from "./read-list.ts";

type Row = { id: number; at: number };

/** A host's list in pages of three, the newest first; `atOnce` rows are taken together. */
function listOf(
  rows: () => readonly Row[],
  options: { isOrdered?: boolean; endsAfter?: number; pages?: (page: number) => Row[] | undefined } = {},
) {
  const state = { cursor: undefined as ListCursor | undefined, taken: [] as number[], asked: [] as number[] };
  let left = options.endsAfter ?? Number.POSITIVE_INFINITY;
  const list: HostList<Row> = {
    kind: "deployments",
    since: new Date(0),
    isOrdered: options.isOrdered ?? true,
    atOnce: 2,
    keyOf: ({ id }) => String(id),
    timeOf: ({ at }) => new Date(at),
    open: async function* (firstPage) {
      for (let page = firstPage; ; page += 1) {
        const found = options.pages ? options.pages(page) : rows().slice((page - 1) * 3, page * 3);
        if (!found || (found.length === 0 && page > 1 && !options.pages)) return;
        state.asked.push(page);
        yield found;
      }
    },
    take: async (some, cursor) => {
      if (left <= 0) throw new Error("The process ended");
      left -= 1;
      state.taken.push(...some.map(({ id }) => id));
      state.cursor = cursor;
    },
  };
  return {
    state,
    read: (from: number, endsAfter = Number.POSITIVE_INFINITY) => {
      left = endsAfter;
      return readList(state.cursor, new Date(from), list, () => {});
    },
  };
}

const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, at) => ({ id: count - at, at: count - at }));
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, at) => from - at);

describe("a host's list", () => {
  test("is read down to a moment, and further back from there", async () => {
    const { state, read } = listOf(() => rows(10));
    await read(6);
    expect(state.taken).toEqual(down(10, 6));
    expect(state.asked).toEqual([1, 2]);
    await read(6);
    expect(state.asked).toEqual([1, 2]);
    await read(2);
    expect(state.taken).toEqual(down(10, 2));
    expect(state.asked).toEqual([1, 2, 2, 3, 4]);
    expect(state.cursor).toMatchObject({ page: 3, seen: ["4", "3", "2"] });
    await read(0);
    expect(state.taken).toEqual(down(10, 1));
    const asked = state.asked.length;
    await read(0);
    expect(state.asked).toHaveLength(asked);
  });

  test("takes each row once, wherever it was interrupted", async () => {
    for (let ends = 0; ends < 6; ends += 1) {
      const { state, read } = listOf(() => rows(10));
      await expect(read(3, ends)).rejects.toThrow("ended");
      await read(3);
      expect(state.taken).toEqual(down(10, 3));
    }
  });

  test("that grew meanwhile loses nothing", async () => {
    let now = rows(10);
    const { state, read } = listOf(() => now);
    await expect(read(1, 3)).rejects.toThrow("ended");
    now = [{ id: 12, at: 12 }, { id: 11, at: 11 }, ...now];
    await read(1);
    expect(down(10, 1).every((id) => state.taken.includes(id))).toBe(true);
  });

  test("from which rows were taken away is read again from a page before", async () => {
    let now = rows(10);
    const { state, read } = listOf(() => now);
    await expect(read(1, 5)).rejects.toThrow("ended");
    now = now.filter(({ id }) => id < 5 || id === 10);
    await read(1);
    expect(down(4, 1).every((id) => state.taken.includes(id))).toBe(true);
    now = [];
    const gone = listOf(() => now);
    gone.state.cursor = { page: 3, oldest: new Date(5).toISOString() };
    await gone.read(1);
    expect(gone.state.cursor).toMatchObject({ readTo: new Date(0).toISOString() });
  });

  test("may have empty pages and pages twice, and does not go in a circle", async () => {
    const pages = [rows(6).slice(0, 3), [], rows(6).slice(0, 3), rows(6).slice(3)];
    const muddled = listOf(() => [], { pages: (page) => pages[page - 1] });
    await muddled.read(1);
    expect(muddled.state.taken).toEqual(down(6, 1));
    const circle = listOf(() => [], { pages: () => rows(3) });
    await expect(circle.read(1)).rejects.toThrow(/without anything new/);
  });

  test("in another order is read as far as the host sends it", async () => {
    const muddled = [3, 9, 1, 7, 5].map((id) => ({ id, at: id }));
    const { state, read } = listOf(() => muddled, { isOrdered: false });
    await read(4);
    expect(state.taken).toEqual([3, 9, 1, 7, 5]);
    expect(state.cursor).toMatchObject({ page: 1 });
  });
});
