import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openWatchedSocket } from "./watched-socket.ts";

const open: (Server | Socket)[] = [];
// The clock that it goes by stands still but where a test lets time pass.
beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] }));
afterEach(() => {
  vi.useRealTimers();
  for (const one of open.splice(0)) "destroy" in one ? one.destroy() : one.close();
});

/** A server that answers each message with the same bytes, or with nothing. */
async function serve(isSilent: boolean): Promise<number> {
  const server = createServer((socket) => {
    open.push(socket);
    socket.on("data", (data) => isSilent || socket.write(data));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(server);
  return (server.address() as AddressInfo).port;
}

test("a server that does not answer is given up", async () => {
  const socket = openWatchedSocket(
    { host: "127.0.0.1", port: await serve(true) },
    { patienceMs: 50, checkEveryMs: 10 },
  );
  open.push(socket);
  const failure = new Promise<Error>((resolve) => socket.once("error", resolve));
  socket.write("anybody there?");
  vi.advanceTimersByTime(50);
  expect(socket.destroyed).toBe(false);
  vi.advanceTimersByTime(10);
  expect((await failure).message).toContain("has not answered");
});

test("a connection on which nothing is asked is left alone, and so is one that was answered", async () => {
  const socket = openWatchedSocket(
    { host: "127.0.0.1", port: await serve(false) },
    { patienceMs: 50, checkEveryMs: 10 },
  );
  open.push(socket);
  const answer = new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
  socket.write("anybody there?");
  expect(await answer).toBe("anybody there?");
  vi.advanceTimersByTime(10_000);
  expect(socket.destroyed).toBe(false);
});
