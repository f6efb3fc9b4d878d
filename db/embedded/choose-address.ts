import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

/** A unix socket's folder; or, where its path would be too long, loopback with a password. */
export type PostgresAddress =
  | { kind: "socket"; folder: string }
  | { kind: "loopback"; port: number; password: string };

/** Bytes that the kernel keeps for a socket's path, without the closing zero. */
const longestSocketPath = process.platform === "darwin" ? 103 : 107;

/** The port is only a part of the socket's name: nothing listens there. */
export const socketPort = 5432;

export function socketPathFits(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${socketPort}`)) <= longestSocketPath;
}

/**
 * The address of this data folder's PostgreSQL. `secretFile` keeps port and password of the loopback kind (0600), so
 * that a server which is started again, or found running, is reached under the same address.
 */
export async function chooseAddress(socketFolder: string, secretFile: string): Promise<PostgresAddress> {
  if (socketPathFits(socketFolder)) return { kind: "socket", folder: socketFolder };
  const kept = readKeptAddress(secretFile);
  const address = { port: kept?.port ?? (await freePort()), password: kept?.password ?? newPassword() };
  if (!kept) keepAddress(secretFile, address);
  return { kind: "loopback", ...address };
}

/** Another port for the same password, for when the kept one was taken by somebody else meanwhile. */
export async function moveToFreePort(secretFile: string, password: string): Promise<PostgresAddress> {
  const address = { port: await freePort(), password };
  keepAddress(secretFile, address);
  return { kind: "loopback", ...address };
}

export function databaseUrl(address: PostgresAddress, database = "milepost"): string {
  if (address.kind === "socket")
    return `postgres://milepost@localhost/${database}?host=${encodeURIComponent(address.folder)}`;
  return `postgres://milepost:${address.password}@127.0.0.1:${address.port}/${database}`;
}

function readKeptAddress(file: string): { port: number; password: string } | null {
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as { port: number; password: string };
  } catch {
    return null;
  }
}

function keepAddress(file: string, address: { port: number; password: string }): void {
  writeFileSync(file, JSON.stringify(address), { mode: 0o600 });
}

const newPassword = () => randomBytes(24).toString("hex");

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
