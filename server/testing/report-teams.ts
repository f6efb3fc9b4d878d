import type { Db } from "#db/types.ts";
import { inTransaction } from "#server/core/context.ts";
import { AskFigures } from "#server/delivery/figures/inputs.ts";
import { markServicesDue } from "#server/delivery/projection/mark-services-due.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { writeReport } from "#server/delivery/report-file/write-report.ts";
import { writeFacts } from "#server/delivery/write-facts.ts";
import { type Verified, verifyReport } from "#server/verify/verify-report.ts";
import { documentText, fileOf, importFiles } from "./catalogue.ts";
import { as } from "./database.ts";
import { person } from "./people.ts";
import { randomHistory } from "./random-history.ts";

/** When the reports of tests are written. */
export const reportedAt = new Date("2026-11-21T12:00:00Z");
let serial = 0;

/** Components with a random history each, worked out; all of one team. */
export async function makeTeam(db: Db, seed: string, sizes: readonly number[]) {
  serial += 1;
  const team = `team-${serial}`;
  const names = sizes.map((_, index) => `service-${serial}-${index}`);
  await importFiles(db, `/org/${team}`, {
    "catalog-info.yaml": fileOf(
      documentText("Group", team, { spec: { type: "team", children: [] } }),
      ...names.map((name) =>
        documentText("Component", name, {
          metadata: { annotations: { "github.com/project-slug": `acme/${name}` } },
          spec: { owner: `group:default/${team}` },
        }),
      ),
    ),
  });
  const facts = names.map((name, index) => {
    const about = { slug: `acme/${name}`, number: 9000 + serial * 100 + index, until: reportedAt };
    return randomHistory(`${seed} ${index}`, { ...about, steps: sizes[index] ?? 1, stepHours: 7 });
  });
  await inTransaction(as(db), async (tx) => {
    await writeFacts(tx, facts);
    await markServicesDue(tx, facts);
  });
  await projectDue(as(db), () => false);
  return { team: `group:default/${team}`, names, refs: names.map((name) => `component:default/${name}`) };
}

export async function reportOf(
  db: Db,
  asked: Partial<AskFigures> & Pick<AskFigures, "scope">,
): Promise<string> {
  const parts: string[] = [];
  await writeReport(
    as(db, person("leader"), reportedAt),
    AskFigures.parse(asked),
    (text) => void parts.push(text),
  );
  return parts.join("");
}

async function* bytesOf(text: string): AsyncGenerator<Buffer> {
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += 1000) yield all.subarray(at, at + 1000);
}

export const verify = (text: string): Promise<Verified> => verifyReport(bytesOf(text));
export const problems = ({ figures, differences, unsealed }: Verified): string[] =>
  [...figures.flatMap((figure) => figure.differences), ...differences, ...unsealed].map(
    ({ line, words }) => `${line}: ${words}`,
  );

export const linesOf = (text: string) => text.trimEnd().split("\n");
export type ReportRow = Record<string, unknown> & { type: string };
export const rowsOf = (text: string) => linesOf(text).map((line) => JSON.parse(line) as ReportRow);
