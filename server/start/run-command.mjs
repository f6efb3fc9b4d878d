/**
 * The frame of every command: runs `work`, prints what stopped it as one sentence, and ends with its exit code; with
 * null the process goes on.
 */
export async function runCommand(work) {
  try {
    const code = await work();
    if (code !== null) process.exit(code);
  } catch (error) {
    const isSentence = ["StopError", "SettingError", "EmbeddedPostgresError"].includes(error?.name);
    process.stderr.write(`\n${isSentence ? error.message : (error?.stack ?? error)}\n`);
    process.exit(1);
  }
}

/** Ends the process on `stop`, as long as nothing runs that has to end in order; the answer takes that back. */
export function endOn(stop) {
  const end = () => process.exit(130);
  stop.addEventListener("abort", end);
  return () => stop.removeEventListener("abort", end);
}
