import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { readRawBody } from "./read-raw-body.ts";
import { Slots } from "./slots.ts";

test("a sender that hangs up while its body waits in line leaves no place taken", async () => {
  const large = new Slots(10, { waiting: 10, timeoutMs: 30_000 });
  const limits = { maxBytes: 100, largeBytes: 5, timeoutMs: 30_000, large };
  const outcome = Promise.withResolvers<string>();
  const asked = Promise.withResolvers<IncomingMessage>();
  const server = createServer((incoming) => {
    asked.resolve(incoming);
    void readRawBody(incoming, limits).then((body) => outcome.resolve(body.state));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const held = await large.take(10);
    const client = request({ port: (server.address() as AddressInfo).port, method: "POST" });
    client.on("error", () => {});
    // Without a length, so that it turns out to be large only when it has come; then it waits for a place.
    client.write("123456");
    await asked.promise;
    await expect.poll(() => large.waiting).toBe(1);
    client.destroy();
    expect(await outcome.promise).toBe("gone");
    held?.();
    const next = await large.take(10);
    expect(next).not.toBeNull();
    next?.();
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
