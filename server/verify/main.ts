import { BrokenFile } from "./broken-file.ts";
import { describeVerified } from "./describe.ts";
import { readFileBytes } from "./read-lines.ts";
import { verifyReport } from "./verify-report.ts";

// node server/verify/main.ts FILE: the same as `milepost delivery verify FILE`, without anything else of this repository.
const [path] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write("Name the file of a report\n");
  process.exitCode = 2;
} else
  try {
    const verified = await verifyReport(readFileBytes(path));
    process.stdout.write(`${describeVerified(verified).join("\n")}\n`);
    process.exitCode = verified.isEqual ? 0 : 1;
  } catch (error) {
    if (!(error instanceof BrokenFile)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
