import { expect, test } from "vitest";
import { type ImportItem, isImportMoving } from "./model.ts";

test("an import moves until it is over, and again when a repository of it waits to be tried once more", () => {
  const counts = { running: 0, waiting: 0, failed: 1, gone: 0, done: 2, all: 3 };
  const moves = (state: ImportItem["state"], waiting: number) =>
    isImportMoving({ state, repositories: { ...counts, waiting } });
  expect([moves("running", 0), moves("waiting", 3), moves("paused", 1)]).toEqual([true, true, true]);
  expect([moves("done", 0), moves("done", 1)]).toEqual([false, true]);
  // Nothing goes on by itself in one that was stopped.
  expect(moves("cancelled", 2)).toBe(false);
});
