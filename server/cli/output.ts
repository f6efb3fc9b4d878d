/** Where a command writes: results to stdout, all else to stderr, so that `--json` stays one document. */
export type Output = {
  document: (value: unknown) => void;
  line: (text: string) => void;
  progress: (text: string) => void;
};

/** Ends a command with exit code 1; the message, if any, goes to stderr. */
export class CommandFailed extends Error {
  override name = "CommandFailed";
}
