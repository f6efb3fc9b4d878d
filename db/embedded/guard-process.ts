import { type ChildProcess, spawn } from "node:child_process";

/**
 * A shell that sleeps on a pipe. The kernel closes the pipe when we die, however we die; then it signals its ward, and
 * signals harder while that does not end. It keeps off when any other process that registered in `users` lives.
 * A line "let go" dismisses it. `read` is the shell's own: nothing but this small process waits.
 */
const script = `
trap '' INT HUP
pid=$1 users=$2 own=$3
shift 3
while read -r line; do [ "$line" = "let go" ] && exit 0; done
if [ -n "$users" ]; then
  rm -f "$users/$own"
  for file in "$users"/*; do
    [ -e "$file" ] && kill -0 "\${file##*/}" 2>/dev/null && exit 0
  done
fi
while [ $# -ge 2 ]; do
  kill -"$1" "$pid" 2>/dev/null || exit 0
  seconds=$2
  shift 2
  while [ "$seconds" -gt 0 ] && kill -0 "$pid" 2>/dev/null; do sleep 1; seconds=$((seconds - 1)); done
done
`;

export type Guard = { pid: number | undefined; letGo: () => void };

/** Signals in order, each with the seconds to wait before the next one. 0 only asks whether the process lives. */
export type Escalation = [signal: "0" | "INT" | "QUIT" | "TERM" | "KILL", waitSeconds: number][];

/** PostgreSQL's fast shutdown, then its immediate one, then the end of patience. */
export const postgresEscalation: Escalation = [
  ["INT", 30],
  ["QUIT", 10],
  ["KILL", 5],
];

/** Watches over `pid` on behalf of this process; a guard that is killed is replaced at once. */
export function guardProcess(
  pid: number,
  escalation: Escalation,
  users: { folder: string; own: string } = { folder: "", own: "" },
): Guard {
  let child: ChildProcess | null = null;
  let isWanted = true;
  const start = () => {
    const args = [
      "-c",
      script,
      "milepost-guard",
      String(pid),
      users.folder,
      users.own,
      ...escalation.flat().map(String),
    ];
    child = spawn("/bin/sh", args, { stdio: ["pipe", "ignore", "ignore"], detached: true, cwd: "/" });
    child.on("error", () => {});
    child.stdin?.on("error", () => {});
    child.unref();
    (child.stdin as unknown as { unref(): void } | null)?.unref();
    child.on("exit", () => {
      if (isWanted) setTimeout(() => isWanted && start(), 100).unref();
    });
  };
  start();
  return {
    get pid() {
      return child?.pid;
    },
    letGo: () => {
      isWanted = false;
      child?.stdin?.end("let go\n");
    },
  };
}
