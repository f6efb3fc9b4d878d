import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { judgeFile } from "./judge-file.ts";

type Expected = Record<
  string,
  { ref: string | null; verdict: string; stage: string | null; relations: string[]; errors: string[] }[]
>;

const folder = fileURLToPath(new URL("fixtures/verdicts", import.meta.url));
const expected = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Expected;

test.each(Object.entries(expected))(
  "%s: each document has its verdict, relations and places of errors",
  async (file, documents) => {
    const judged = await judgeFile(file, folder);
    const found = judged.documents.map(({ ref, verdict, stage, relations, errors }) => ({
      ref,
      verdict,
      stage,
      relations,
      errors: errors.map(({ line, column, path, message }) => `${line}:${column} ${path ?? "-"} ${message}`),
    }));
    expect(found).toEqual(documents);
    expect(judged.valid).toBe(documents.every((document) => document.verdict === "valid"));
  },
);
