import { connect, type Socket } from "node:net";

/** A little longer than a statement may take (`client.ts`): a server that is silent for so long is gone. */
const usual = { patienceMs: 65_000, checkEveryMs: 5_000 };

/** Patience that work in progress asks for. */
const asked = new Set<{ ms: number }>();

/** Runs work whose statements may take longer than the others', up to `ms`. */
export async function withPatience<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const wish = { ms };
  asked.add(wish);
  try {
    return await work();
  } finally {
    asked.delete(wish);
  }
}

/**
 * Opens a connection that breaks by itself when the server does not answer for over a minute. The driver would wait for
 * ever, and the kernel for a quarter of an hour, when a firewall or a machine has gone without a word.
 */
export function openWatchedSocket(address: { host: string; port: number }, limits = usual): Socket {
  const { host, port } = address;
  const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  // The driver reads the name for the certificate from here.
  Object.assign(socket, { host });
  let waitingSince: number | null = null;
  let readBefore = 0;
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  const watched = (...args: unknown[]) => {
    if (socket.bytesRead > readBefore) waitingSince = null;
    waitingSince ??= performance.now();
    readBefore = socket.bytesRead;
    return write(...args);
  };
  socket.write = watched as typeof socket.write;
  const timer = setInterval(() => {
    if (socket.destroyed) return clearInterval(timer);
    if (socket.bytesRead > readBefore) waitingSince = null;
    const patience = Math.max(limits.patienceMs, ...[...asked].map(({ ms }) => ms));
    if (waitingSince !== null && performance.now() - waitingSince > patience)
      socket.destroy(new Error("The database server has not answered for too long"));
  }, limits.checkEveryMs);
  timer.unref();
  return socket;
}
