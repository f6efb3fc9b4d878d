import { createSocket } from "node:dgram";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { makeTrust } from "./authorities.ts";
import { unavailable } from "./failure.ts";
import { bareHost, makeHostRules, type Resolve } from "./host-rules.ts";

export type SocketSettings = {
  protocol: "tcp" | "tls" | "udp";
  host: string;
  port: number;
  /** Private addresses that are approved for this connection, as CIDR ranges. */
  privateRanges?: readonly string[] | undefined;
  ca?: string | undefined;
  timeoutMs: number;
  resolve?: Resolve | undefined;
};

/**
 * Sends messages to a host by a bare protocol (syslog), through the same judgement of addresses as the web's door: the
 * name is looked up once, and the connection goes to that address. Resolves when the other end has closed the
 * connection in order after it got everything (UDP: when all was handed to the network). Throws a DomainError otherwise.
 */
export async function sendBySocket(settings: SocketSettings, messages: readonly Uint8Array[]): Promise<void> {
  const host = bareHost(settings.host);
  const rules = makeHostRules({
    hosts: [host],
    privateRanges: settings.privateRanges ?? [],
    resolve: settings.resolve,
    unlistedHint: "it does not belong to this connection",
  });
  const [found] = await rules.addressesOf(host);
  if (!found) throw unavailable(`The host ${host} was not found: check its name and this machine's DNS`);
  if (settings.protocol === "udp") return sendDatagrams(settings, found, messages);
  await sendStream(openStream(settings, host, found.address), settings, messages);
}

function openStream(settings: SocketSettings, host: string, address: string): Socket {
  const { port } = settings;
  if (settings.protocol === "tcp") return connectTcp({ host: address, port });
  const secureContext = makeTrust(settings.ca)();
  return connectTls({ host: address, port, secureContext, servername: isIP(host) ? "" : host });
}

function sendStream(
  socket: Socket,
  settings: SocketSettings,
  messages: readonly Uint8Array[],
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const where = `${settings.host}:${settings.port}`;
  const fail = (error: Error) => {
    socket.destroy();
    reject(unavailable(`${where} did not take the events: ${error.message}`));
  };
  socket.setTimeout(settings.timeoutMs, () =>
    fail(new Error(`no answer within ${settings.timeoutMs / 1000} s`)),
  );
  socket.once("error", fail);
  // What the other end says is not read, but has to be taken, or its end of the connection is never seen.
  socket.resume();
  socket.once(settings.protocol === "tls" ? "secureConnect" : "connect", () => {
    socket.end(Buffer.concat(messages));
  });
  socket.once("close", (hadError) => {
    if (hadError) return;
    if (socket.writableFinished) resolve();
    else fail(new Error("the connection was closed too early"));
  });
  return promise;
}

async function sendDatagrams(
  settings: SocketSettings,
  target: { address: string; family: number },
  messages: readonly Uint8Array[],
): Promise<void> {
  const socket = createSocket(target.family === 6 ? "udp6" : "udp4");
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  socket.on("error", (error) => failed.reject(error));
  try {
    for (const message of messages) {
      const sent = Promise.withResolvers<void>();
      socket.send(message, settings.port, target.address, (error) =>
        error ? sent.reject(error) : sent.resolve(),
      );
      await Promise.race([sent.promise, failed.promise]);
    }
  } catch (error) {
    throw unavailable(
      `${settings.host}:${settings.port} did not take the events: ${(error as Error).message}`,
    );
  } finally {
    socket.close();
  }
}
