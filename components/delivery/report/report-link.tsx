import type { Asked } from "#components/delivery/evidence/evidence-link.tsx";
import { csvHref } from "#components/delivery/figures/figures-address.ts";

/** The same question as a file of facts, rules, figures and hash, packed. */
const reportHref = (asked: Asked): string =>
  csvHref("figures", asked).replace("/figures.csv?", "/report.jsonl.gz?");

/** Beside the figures: a file from which anybody can work them out again. */
export function ReportLink({ asked }: { asked: Asked }) {
  return (
    <a
      href={reportHref(asked)}
      download
      className="rounded-tight underline decoration-line-strong underline-offset-3 hover:decoration-current"
    >
      Download report file
    </a>
  );
}
