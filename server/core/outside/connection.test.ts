import type { RequestListener } from "node:http";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { makeAuthority } from "#server/testing/certificates.ts";
import { serveHttp } from "#server/testing/serve-http.ts";
import { makeOutside } from "../outside.ts";

const authority = makeAuthority();
const good = authority.certify(["idp.example"]);
const hello: RequestListener = (_, response) => response.end("hello");
const here = async () => [{ address: "127.0.0.1", family: 4 }];
const local = { resolve: here, privateRanges: ["127.0.0.0/8"] };

describe("certificates", () => {
  test("of one's own authority are trusted by the connection that names it", async () => {
    const { port } = await serveHttp(hello, good);
    const outside = makeOutside({ ...local, hosts: [`idp.example:${port}`], ca: authority.cert });
    expect((await outside.get(`https://idp.example:${port}/`)).body.toString()).toBe("hello");
    const other = makeOutside({
      ...local,
      hosts: [`idp.example:${port}`],
      ca: makeAuthority("Another").cert,
    });
    await expect(other.get(`https://idp.example:${port}/`)).rejects.toThrow(
      "an authority that this machine does not know",
    );
    const none = makeOutside({ ...local, hosts: [`idp.example:${port}`] });
    await expect(none.get(`https://idp.example:${port}/`)).rejects.toThrow("NODE_EXTRA_CA_CERTS");
  });

  test.each([
    ["of another name", authority.certify(["other.example"]), "belongs to another name"],
    ["of an address instead of the name", authority.certify(["127.0.0.1"]), "belongs to another name"],
    ["that has expired", authority.certify(["idp.example"], { from: -30, to: -1 }), "has expired"],
    [
      "that begins tomorrow",
      authority.certify(["idp.example"], { from: 1, to: 30 }),
      "check this machine's clock",
    ],
    ["that signed itself", makeAuthority("idp.example"), "does not know"],
  ])("%s are refused", async (_, certified, words) => {
    const { port, asked } = await serveHttp(hello, certified);
    const outside = makeOutside({ ...local, hosts: "any", ca: authority.cert });
    await expect(outside.get(`https://idp.example:${port}/`)).rejects.toThrow(words);
    expect(asked).toHaveLength(0);
  });

  test.each(["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])(
    "%j is none, and says so before anything is asked",
    (ca) => {
      expect(() => makeOutside({ hosts: "any", ca })).toThrow("BEGIN CERTIFICATE");
    },
  );
});

describe("private addresses", () => {
  test("are reached where their range is approved, and nowhere else", async () => {
    const { port, asked } = await serveHttp(hello, good);
    const url = `https://idp.example:${port}/`;
    const settings = { hosts: "any", ca: authority.cert, resolve: here } as const;
    await expect(makeOutside(settings).get(url)).rejects.toThrow("private network");
    await expect(makeOutside({ ...settings, privateRanges: ["10.0.0.0/8"] }).get(url)).rejects.toThrow(
      "private network",
    );
    await expect(makeOutside({ ...settings, privateRanges: ["127.0.0.2"] }).get(url)).rejects.toThrow(
      "private network",
    );
    expect(asked).toHaveLength(0);
    expect((await makeOutside({ ...settings, privateRanges: ["127.0.0.1"] }).get(url)).status).toBe(200);
  });

  test.each([
    "0.0.0.0/0",
    "169.254.169.254",
    "8.8.8.0/24",
    "10.0.0.0/7",
    "::/0",
    "fe80::/10",
    "010.0.0.1",
    "x",
    "10.0.0.0/8/1",
  ])("%s cannot be approved", (range) => {
    expect(() => makeOutside({ hosts: "any", privateRanges: [range] })).toThrow("range of private addresses");
  });
});

describe("a name server that changes its answer", () => {
  test("is asked once for a connection, which goes to what was judged", async () => {
    const { port, asked } = await serveHttp(hello, good);
    const answers = ["127.0.0.1", "127.0.0.2"];
    let questions = 0;
    const resolve = async () => [{ address: answers[questions++] ?? "127.0.0.3", family: 4 }];
    const outside = makeOutside({ hosts: "any", ca: authority.cert, privateRanges: ["127.0.0.1"], resolve });
    expect((await outside.get(`https://idp.example:${port}/`)).status).toBe(200);
    expect(questions).toBe(1);
    expect(asked).toHaveLength(1);
  });

  test("and says something inside, after it has said something public, reaches nothing", async () => {
    const { port, asked } = await serveHttp(hello, good);
    const answers = ["93.184.216.34", "127.0.0.1"];
    const resolve = async () => [{ address: answers.shift() ?? "127.0.0.1", family: 4 }];
    const outside = makeOutside({ hosts: "any", ca: authority.cert, resolve });
    await outside.check(`https://idp.example:${port}/`);
    await expect(outside.get(`https://idp.example:${port}/`)).rejects.toThrow("private network");
    expect(asked).toHaveLength(0);
  });

  test("or says one thing to each of two addresses of an answer, reaches neither", async () => {
    const { port, asked } = await serveHttp(hello, good);
    const resolve = async () => ["93.184.216.34", "127.0.0.1"].map((address) => ({ address, family: 4 }));
    const outside = makeOutside({ hosts: "any", ca: authority.cert, resolve });
    await expect(outside.get(`https://idp.example:${port}/`)).rejects.toThrow("private network");
    expect(asked).toHaveLength(0);
  });
});

describe("a sender without an end", () => {
  const ask = (port: number, limits: { maxBytes?: number; timeoutMs?: number; signal?: AbortSignal } = {}) =>
    makeOutside({ hosts: [`127.0.0.1:${port}`] }).get(`http://127.0.0.1:${port}/?token=hunter2`, limits);

  test("that pours, is cut off at the limit", async () => {
    const { port } = await serveHttp((_, response) => {
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        if (!response.destroyed) response.once("drain", pour);
      };
      pour();
    });
    await expect(ask(port, { maxBytes: 1_000_000 })).rejects.toThrow("sends more than 1 MB");
  });

  test("that unfolds on arrival, too", async () => {
    const { port } = await serveHttp((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(50_000_000))),
    );
    await expect(ask(port, { maxBytes: 1_000_000 })).rejects.toThrow("sends more than 1 MB");
  });

  test("that drips, is given up when its time is over", async () => {
    const { port } = await serveHttp((_, response) => {
      const timer = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(timer));
    });
    await expect(ask(port, { timeoutMs: 200 })).rejects.toThrow("did not answer within 0.2 s");
  });

  test("that drips its headers, too", async () => {
    const { port, server } = await serveHttp(hello);
    server.removeAllListeners("connection").on("connection", (socket: Socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const timer = setInterval(() => socket.write("x-a: b\r\n"), 20);
      socket.on("close", () => clearInterval(timer)).on("error", () => {});
    });
    await expect(ask(port, { timeoutMs: 200 })).rejects.toThrow("did not answer within 0.2 s");
  });

  test("whose headers are endless, is cut off", async () => {
    const { port } = await serveHttp((_, response) =>
      response.writeHead(200, { "x-large": "x".repeat(60_000) }).end(),
    );
    await expect(ask(port)).rejects.toThrow("sends more headers than are read");
  });

  test("is left when its caller has seen enough, with the caller's own reason", async () => {
    const { port } = await serveHttp(() => {});
    const stop = new AbortController();
    const asking = ask(port, { signal: stop.signal });
    stop.abort(new Error("the import was cancelled"));
    await expect(asking).rejects.toThrow("the import was cancelled");
  });

  test("is named in every failure, and nothing else of its address is", async () => {
    const { port } = await serveHttp((request) => request.socket.destroy());
    const error = await ask(port).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: "unavailable", message: `127.0.0.1:${port} could not be reached` });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("hunter2");
    const refused = makeOutside({ hosts: [] });
    for (const url of [
      "https://me:hunter2@x.example/",
      "ht!tp://me:hunter2@x",
      "https://x.example/?t=hunter2",
      "ftp://x/?hunter2",
    ])
      await expect(refused.fetch(url), url).rejects.not.toThrow("hunter2");
  });
});

describe("redirects", () => {
  test("take credentials along on the same host only", async () => {
    const other = await serveHttp(hello);
    const first = await serveHttp((request, response) => {
      const to = request.url === "/" ? "/again" : `http://127.0.0.1:${other.port}/there`;
      response.writeHead(302, { location: to }).end();
    });
    const outside = makeOutside({ hosts: [`127.0.0.1:${first.port}`, `127.0.0.1:${other.port}`] });
    const headers = { authorization: "Bearer x", cookie: "a=b", "private-token": "x", accept: "text/plain" };
    await outside.get(`http://127.0.0.1:${first.port}/`, { headers });
    expect(first.asked.map(({ url, headers: sent }) => [url, sent.authorization])).toEqual([
      ["/", "Bearer x"],
      ["/again", "Bearer x"],
    ]);
    expect(other.asked[0]?.headers).toMatchObject({ accept: "text/plain" });
    for (const name of ["authorization", "cookie", "private-token"])
      expect(other.asked[0]?.headers, name).not.toHaveProperty(name);
  });

  test("of a write are the caller's to judge", async () => {
    const { port, asked } = await serveHttp((_, response) =>
      response.writeHead(307, { location: "/there" }).end(),
    );
    const outside = makeOutside({ hosts: [`127.0.0.1:${port}`] });
    const sent = { method: "POST", body: "x" };
    await expect(outside.fetch(`http://127.0.0.1:${port}/`, sent)).rejects.toThrow("redirects");
    const answer = await outside.fetch(`http://127.0.0.1:${port}/`, { ...sent, redirect: "manual" });
    expect([answer.status, answer.headers.get("location"), asked.length]).toEqual([307, "/there", 2]);
  });
});

test("fetch is the web's fetch: bodies, headers, status, and the address in the end", async () => {
  const { port } = await serveHttp((request, response) => {
    if (request.url === "/none") return void response.writeHead(204).end();
    if (request.url === "/moved") return void response.writeHead(302, { location: "/" }).end();
    response.writeHead(201, { "content-type": "application/json", "content-encoding": "gzip" });
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () =>
      response.end(
        gzipSync(
          JSON.stringify({
            ...request.headers,
            method: request.method,
            body: Buffer.concat(parts).toString(),
          }),
        ),
      ),
    );
  });
  const base = `http://127.0.0.1:${port}`;
  const { fetch } = makeOutside({ hosts: [`127.0.0.1:${port}`] });
  const posted = await fetch(new URL(base), { method: "POST", body: new URLSearchParams({ a: "b c" }) });
  expect(posted.status).toBe(201);
  expect(await posted.json()).toMatchObject({
    method: "POST",
    body: "a=b+c",
    "content-type": expect.stringContaining("application/x-www-form-urlencoded"),
  });
  expect((await fetch(new Request(`${base}/none`, { headers: { accept: "x/y" } }))).status).toBe(204);
  const moved = await fetch(`${base}/moved`);
  expect([moved.status, moved.url]).toEqual([201, `${base}/`]);
});
