import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findCorpus } from "#server/testing/corpora.ts";
import { judgeText } from "./judge-text.ts";
import { openFolder } from "./trees/folder-tree.ts";
import { type CatalogTree, resolveInside } from "./trees/tree.ts";

type OracleDocument = { ref: string | null; valid: boolean; stage?: string; relations?: string[] };
type Oracle = { files: Record<string, { valid: boolean; docs: OracleDocument[] }> };

const corpus = findCorpus("catalog");

/** Placeholders are filled in from the corpus; the oracle was made without network and without absent files. */
async function judgeFile(root: CatalogTree, file: string) {
  const text = await root.read(file);
  return judgeText(text, async (target) => root.read(resolveInside(file, target)));
}

test.skipIf(!corpus)(
  "every verdict and every relation of Backstage's own validators is reproduced",
  async () => {
    const oracle = JSON.parse(readFileSync(join(corpus ?? "", "oracle.json"), "utf8")) as Oracle;
    const root = await openFolder(join(corpus ?? "", ".."));
    const wrong: string[] = [];
    const counts = { documents: 0, verdicts: 0, relations: 0, relationsFound: 0, files: 0, filesRight: 0 };
    for (const [file, expected] of Object.entries(oracle.files)) {
      const judged = await judgeFile(root, file);
      counts.files += 1;
      if (judged.valid === expected.valid) counts.filesRight += 1;
      else wrong.push(`${file}: valid is ${judged.valid}`);
      if (judged.documents.length !== expected.docs.length)
        wrong.push(`${file}: ${judged.documents.length} documents instead of ${expected.docs.length}`);
      for (const [index, document] of expected.docs.entries()) {
        const found = judged.documents[index];
        counts.documents += 1;
        const isRight =
          found !== undefined &&
          found.ref === document.ref &&
          found.valid === document.valid &&
          (found.stage ?? undefined) === document.stage;
        if (isRight) counts.verdicts += 1;
        else wrong.push(`${file}: ${JSON.stringify(document)} but found ${JSON.stringify(found)}`);
        const lines = new Set(found?.relations ?? []);
        const wanted = document.relations ?? [];
        counts.relations += wanted.length;
        counts.relationsFound += wanted.filter((line) => lines.has(line)).length;
        if (lines.size !== wanted.length)
          wrong.push(`${file}: ${lines.size} relations instead of ${wanted.length}`);
      }
    }
    console.log(`files ${counts.filesRight} of ${counts.files}`);
    console.log(`verdicts ${counts.verdicts} of ${counts.documents}`);
    console.log(`relations ${counts.relationsFound} of ${counts.relations}`);
    expect(wrong).toEqual([]);
    expect(counts.documents).toBeGreaterThan(1000);
  },
);
