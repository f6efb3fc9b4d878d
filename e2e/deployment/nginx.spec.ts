import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { sql } from "drizzle-orm";
import {
  findFreePort,
  type Installation,
  makeInstallation,
  type Program,
  statusOf,
  until,
} from "../scale-out/programs.ts";
import { sendRaw } from "../send-raw.ts";

/** The example for nginx, in front of a web of the production build in production mode. */
test.describe.configure({ mode: "serial", timeout: 300_000 });

const nginx = ["nginx", "/usr/sbin/nginx"].find((program) => spawnSync(program, ["-v"]).status === 0);
test.skip(!nginx, "there is no nginx here: apt-get install nginx-light");

const host = "portal.example.com";
let folder: string;
let installation: Installation;
let web: Program & { address: string };
let proxy: ChildProcess;
let ports: { http: number; https: number };

test.beforeAll(async () => {
  test.setTimeout(300_000);
  folder = mkdtempSync(join(tmpdir(), "milepost-nginx-"));
  installation = await makeInstallation({
    MILEPOST_MODE: "production",
    MILEPOST_URL: `https://${host}`,
    MILEPOST_TRUSTED_PROXIES: "127.0.0.1",
  });
  expect(await installation.start(["migrate"]).ended).toBe(0);
  web = await installation.startWeb();
  ports = { http: await findFreePort(), https: await findFreePort() };
  proxy = startNginx();
  const isUp = () =>
    ask("/api/health/live").then(
      (answer) => answer.status === 200,
      () => false,
    );
  await until("up behind nginx", isUp, [web]);
});

test.afterAll(async () => {
  if (proxy && proxy.exitCode === null) {
    const ended = new Promise((resolve) => proxy.once("exit", resolve));
    proxy.kill("SIGTERM");
    await ended;
  }
  await installation?.end();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** The example as it stands but for ports, certificate and the portal's port. */
function startNginx(): ChildProcess {
  const example = fileURLToPath(new URL("../../deploy/nginx/milepost.conf", import.meta.url));
  const key = spawnSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "2",
      "-subj",
      `/CN=${host}`,
      "-keyout",
      "portal.key",
      "-out",
      "portal.pem",
    ],
    { cwd: folder },
  );
  expect(key.status).toBe(0);
  const changes: [string, string][] = [
    ["server 127.0.0.1:3000 ", `server ${new URL(web.address).host} `],
    ["listen 80;", `listen 127.0.0.1:${ports.http};`],
    ["listen 443 ssl", `listen 127.0.0.1:${ports.https} ssl`],
    ["/etc/ssl/milepost/", `${folder}/`],
  ];
  let text = readFileSync(example, "utf8");
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replaceAll(from, to);
  }
  mkdirSync(join(folder, "temp"));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/temp/${name};`)
    .join(" ");
  const user = process.getuid?.() === 0 ? "user root;" : "";
  writeFileSync(
    join(folder, "nginx.conf"),
    `${user} daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log warn; events {}
http { access_log off; ${temporary} ${text} }`,
  );
  return spawn(nginx ?? "", ["-p", folder, "-c", join(folder, "nginx.conf")], {
    stdio: ["ignore", "inherit", "inherit"],
  });
}

type Answer = { status: number; headers: NodeJS.Dict<string | string[]>; text: string };

/** As a browser that finds the portal's name at this nginx. */
function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port: ports.https,
        servername: host,
        path,
        method: options.method ?? "GET",
        headers: { host, ...options.headers },
        ca: readFileSync(join(folder, "portal.pem")),
        agent: false,
      },
      (response) => {
        let text = "";
        response.on("data", (part: Buffer) => {
          text += part.toString();
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
        response.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(options.body);
  });
}

test("pages come through at the public address, with their headers", async () => {
  const page = await ask("/setup");
  expect(page.status).toBe(200);
  expect(page.headers["content-security-policy"]).toContain("nonce-");
  expect(page.text).toContain("<!DOCTYPE html>");
  const plain = await sendRaw(`http://127.0.0.1:${ports.http}`, "/a?b=c", { headers: { host } });
  expect([plain.status, plain.headers.location]).toEqual([301, `https://${host}/a?b=c`]);
});

test("another name is refused, also where a browser names it behind the proxy's back", async () => {
  expect((await ask("/setup", { headers: { host: "evil.example.com" } })).status).toBe(421);
  expect((await ask("/setup", { headers: { "x-forwarded-host": "evil.example.com" } })).status).toBe(200);
});

test("who asks is the address that nginx saw, whatever the browser says of itself", async () => {
  const answer = await ask("/api/setup/open", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      origin: `https://${host}`,
      "x-forwarded-for": "203.0.113.66",
      forwarded: "for=203.0.113.66",
    },
    body: JSON.stringify({ token: "not-the-token-of-this-portal" }),
  });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  const counted = await installation.pool.db.execute<{ key: string }>(sql`select key from rate_limits`);
  const keys = counted.map((row) => row.key).join("\n");
  expect(keys).toContain("127.0.0.1");
  expect(keys).not.toContain("203.0.113.66");
});

test("a webhook of 24 MB comes through, one of 27 MB and other large bodies do not", async () => {
  const send = (megabytes: number) => {
    const body = JSON.stringify({ zen: "x".repeat(megabytes * 1_000_000) });
    const digest = createHmac("sha256", installation.webhookSecret).update(body).digest("hex");
    const headers = {
      "content-type": "application/json",
      "x-github-event": "ping",
      "x-github-delivery": randomUUID(),
      "x-github-hook-id": "4711",
      "x-hub-signature-256": `sha256=${digest}`,
    };
    return ask("/api/webhooks/github", { method: "POST", headers, body });
  };
  expect((await send(24)).status).toBe(202);
  const refused = await send(27).catch((error: Error) => error);
  if (refused instanceof Error) expect(refused.message).toMatch(/EPIPE|ECONNRESET|hang up/);
  else expect(refused.status).toBe(413);
});

test("figures are not for the outside, and inside they still want their token", async () => {
  expect((await ask("/metrics")).status).toBe(404);
  expect(await statusOf(web.address, "/metrics")).toBe(401);
});
