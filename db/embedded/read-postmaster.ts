import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { type PostgresAddress, socketPort } from "./choose-address.ts";

/** What a postmaster writes of itself into its data folder. */
export type Postmaster = { pid: number; port: number; status: string };

/** Lines of postmaster.pid: pid, folder, start, port, socket folder, address, shared memory, status. Null when absent. */
export function readPostmaster(dataFolder: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(join(dataFolder, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return null;
  }
  const pid = Math.abs(Number(lines[0]));
  if (!Number.isSafeInteger(pid) || pid < 2) return null;
  return { pid, port: Number(lines[3]), status: (lines[7] ?? "").trim() };
}

const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** Does a PostgreSQL answer there? Asks whether it speaks TLS, which every one answers with one letter. */
export function postgresAnswers(address: PostgresAddress, timeoutMs = 3000): Promise<boolean> {
  const socket =
    address.kind === "socket"
      ? connect(join(address.folder, `.s.PGSQL.${socketPort}`))
      : connect(address.port, "127.0.0.1");
  return new Promise((resolve) => {
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.on("error", () => end(false));
    socket.on("close", () => resolve(false));
    socket.on("connect", () => socket.write(sslRequest));
    socket.on("data", (data) => end(data[0] === 0x4e || data[0] === 0x53));
  });
}
