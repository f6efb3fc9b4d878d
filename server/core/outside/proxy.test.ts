import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeAuthority } from "#server/testing/certificates.ts";
import { serveHttp } from "#server/testing/serve-http.ts";
import { makeOutside } from "../outside.ts";

const authority = makeAuthority();
const good = authority.certify(["idp.example"]);
const hello: RequestListener = (_, response) => response.end("hello");
const here = async () => [{ address: "127.0.0.1", family: 4 }];

async function serveProxy() {
  const tunnels: { to: string; authorization: string | undefined }[] = [];
  const targets = new Map<string, number>();
  const proxy = createServer((_, response) => response.writeHead(400).end());
  proxy.on("connect", (request, socket: Socket) => {
    const to = request.url ?? "";
    tunnels.push({ to, authorization: request.headers["proxy-authorization"] });
    const port = targets.get(to);
    if (!port) return void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    const target = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      target.pipe(socket).pipe(target);
    });
    for (const end of [socket, target]) end.on("error", () => {});
    socket.on("close", () => target.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { tunnels, targets, port: (proxy.address() as AddressInfo).port };
}

describe("a proxy", () => {
  const nobody = async () => [];

  test("carries what may be asked, looks the name up itself, and sees no content", async () => {
    const { port, asked } = await serveHttp(hello, good);
    const proxy = await serveProxy();
    proxy.targets.set("idp.example:443", port);
    const outside = makeOutside({
      hosts: ["idp.example"],
      ca: authority.cert,
      resolve: nobody,
      proxyUrl: `http://me:hunter2@127.0.0.1:${proxy.port}`,
    });
    expect((await outside.get("https://idp.example/")).body.toString()).toBe("hello");
    const basic = `Basic ${Buffer.from("me:hunter2").toString("base64")}`;
    expect(proxy.tunnels).toEqual([{ to: "idp.example:443", authorization: basic }]);
    expect(asked[0]?.headers).not.toHaveProperty("proxy-authorization");
    await outside.close();
  });

  test("changes nothing about what is refused", async () => {
    const proxy = await serveProxy();
    const proxyUrl = `http://me:hunter2@127.0.0.1:${proxy.port}`;
    const listed = makeOutside({ hosts: ["idp.example"], resolve: nobody, proxyUrl });
    await expect(listed.get("https://other.example/")).rejects.toThrow(
      "is not one that Milepost may read from",
    );
    const any = makeOutside({ hosts: "any", resolve: here, proxyUrl });
    for (const url of [
      "https://idp.example/",
      "https://10.0.0.1/",
      "https://169.254.169.254/",
      "http://public.example/",
    ])
      await expect(any.get(url), url).rejects.toMatchObject({ name: "DomainError" });
    expect(proxy.tunnels).toEqual([]);
  });

  test("that refuses, or presents another's certificate, is told without its password", async () => {
    const { port } = await serveHttp(hello, authority.certify(["other.example"]));
    const proxy = await serveProxy();
    proxy.targets.set("idp.example:443", port);
    const settings = { hosts: "any", ca: authority.cert, resolve: nobody } as const;
    const outside = makeOutside({ ...settings, proxyUrl: `http://me:hunter2@127.0.0.1:${proxy.port}` });
    await expect(outside.get("https://absent.example/")).rejects.toThrow(
      "absent.example could not be reached",
    );
    await expect(outside.get("https://idp.example/")).rejects.toThrow("belongs to another name");
    await outside.close();
  });

  test("is passed by for what NO_PROXY names, and for this machine", async () => {
    const { port, asked } = await serveHttp(hello, good);
    const plain = await serveHttp(hello);
    const proxy = await serveProxy();
    const outside = makeOutside({
      resolve: here,
      privateRanges: ["127.0.0.0/8"],
      hosts: [`idp.example:${port}`, `127.0.0.1:${plain.port}`],
      ca: authority.cert,
      proxyUrl: `http://127.0.0.1:${proxy.port}`,
      noProxy: [".example"],
    });
    await outside.get(`https://idp.example:${port}/`);
    await outside.get(`http://127.0.0.1:${plain.port}/`);
    expect([asked.length, plain.asked.length, proxy.tunnels]).toEqual([1, 1, []]);
    await outside.close();
  });
});
