import { expect, test, untilLoaded } from "./journey.ts";
import { sendRaw } from "./send-raw.ts";

test.describe("an evaluation answers this machine's user only:", () => {
  for (const path of [
    "/",
    "/api/health/live",
    "/api/catalog/entities/by-query",
    "/api/trpc/installation.current",
    "/api/webhooks/github",
  ]) {
    test(`a foreign Host is refused at ${path}`, async ({ portal }) => {
      const answer = await sendRaw(portal.address, path, { headers: { host: "portal.example.com" } });
      expect(answer.status).toBe(421);
      expect(JSON.parse(answer.text).error.message).toContain("answers only at http://127.0.0.1");
    });
  }

  for (const header of ["forwarded", "x-forwarded-for", "x-forwarded-host", "via"]) {
    test(`what came through a proxy (${header}) is refused`, async ({ portal }) => {
      const { host } = new URL(portal.address);
      const answer = await sendRaw(portal.address, "/", { headers: { host, [header]: "198.51.100.7" } });
      expect(answer.status).toBe(421);
      expect(JSON.parse(answer.text).error.message).toContain(header);
    });
  }

  test("localhost and [::1] are names of this machine", async ({ portal }) => {
    const { port } = new URL(portal.address);
    for (const name of ["localhost", "[::1]"]) {
      const answer = await sendRaw(portal.address, "/api/health/ready", {
        headers: { host: `${name}:${port}` },
      });
      expect(answer.status).toBe(200);
    }
  });
});

test.describe("a write with a cookie's authority", () => {
  const json = { "content-type": "application/json" };

  for (const [words, headers, status] of [
    ["without an Origin", json, 403],
    ["from another site", { ...json, origin: "https://evil.example.com" }, 403],
    ["from another port of this machine", { ...json, origin: "http://127.0.0.1:9" }, 403],
    ["as a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
  ] as const) {
    test(`is refused ${words}`, async ({ portal, signedIn }) => {
      const { cookie } = await signedIn("Admin");
      const origin: Record<string, string> = status === 415 ? { origin: portal.address } : {};
      const before = await sendRaw(portal.address, "/api/trpc/identity.me", { headers: { cookie } });
      const answer = await sendRaw(portal.address, "/api/trpc/identity.setShortcuts", {
        method: "POST",
        headers: { cookie, ...origin, ...headers },
        body: JSON.stringify({ json: { isOn: false } }),
      });
      expect(answer.status).toBe(status);
      const after = await sendRaw(portal.address, "/api/trpc/identity.me", { headers: { cookie } });
      expect(after.text).toBe(before.text);
    });
  }

  test("is not read from a GET", async ({ portal, signedIn }) => {
    const { cookie } = await signedIn("Admin");
    const input = encodeURIComponent(JSON.stringify({ json: { isOn: false } }));
    const answer = await sendRaw(portal.address, `/api/trpc/identity.setShortcuts?input=${input}`, {
      headers: { cookie },
    });
    expect(answer.status).toBe(405);
  });
});

test("every answer carries the headers that keep a browser careful, and a request id", async ({ portal }) => {
  for (const path of ["/sign-in", "/api/health/live", "/api/trpc/installation.current", "/no-such-page"]) {
    const { headers } = await sendRaw(portal.address, path);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBeTruthy();
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
    expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
    expect(headers["cache-control"]).toContain("no-store");
    expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers["x-powered-by"]).toBeUndefined();
  }
});

test("scripts run by a nonce of this one answer only, and no page needs more than that", async ({
  signedIn,
}) => {
  const { page } = await signedIn("Admin");
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  // What is tried and given up in silence is told by the browser all the same.
  await page.addInitScript(() =>
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      console.error(`${violatedDirective} forbids ${blockedURI}`),
    ),
  );
  const nonces = new Set<string>();
  const paths = [
    "/",
    "/catalog",
    "/catalog/component/default/checkout",
    "/admin/webhooks",
    "/admin/audit",
    "/admin/settings",
    "/admin/sign-in",
    "/account",
  ];
  for (const path of paths) {
    const answer = await page.goto(path);
    const policy = answer?.headers()["content-security-policy"] ?? "";
    expect(policy).not.toMatch(/script-src[^;]*'unsafe-inline'/);
    nonces.add(/script-src[^;]*'nonce-([^']{20,})'/.exec(policy)?.[1] ?? "");
    await untilLoaded(page);
  }
  expect(nonces.size).toBe(paths.length);
  expect(nonces.has("")).toBe(false);
  expect(complaints).toEqual([]);
});

test("files of the build may be kept, and an old page link leads to the first page", async ({
  portal,
  signedIn,
}) => {
  const { cookie } = await signedIn("Admin");
  const get = (path: string) => sendRaw(portal.address, path, { headers: { cookie } });
  const script = /\/_next\/static\/[^"]+\.js/.exec((await get("/catalog")).text)?.[0] ?? "";
  expect((await get(script)).headers["cache-control"]).toContain("immutable");
  const stale = await get("/catalog?kind=API&cursor=garbage");
  expect([stale.status, stale.headers.location]).toEqual([307, "/catalog?kind=API"]);
  expect((await get("/catalog/sources/nonsense")).status).toBe(404);
});

test("a call of too many procedures, or of a shape that nobody means, is refused", async ({ portal }) => {
  const many = Array(21).fill("installation.current").join(",");
  const batch = await sendRaw(portal.address, `/api/trpc/${many}?batch=1&input=%7B%7D`);
  expect(batch.status).toBe(400);
  const send = (body: string) =>
    sendRaw(portal.address, "/api/trpc/identity.setShortcuts", {
      method: "POST",
      headers: { origin: portal.address, "content-type": "application/json" },
      body,
    });
  expect((await send("[".repeat(900_000))).status).toBe(400);
  expect((await send(`{"json":"${"x".repeat(1_000_001)}"}`)).status).toBe(413);
});

test("what no table answers under /api is not found, in the shape that callers of that part read", async ({
  portal,
}) => {
  const ours = await sendRaw(portal.address, "/api/no-such-thing");
  expect(ours.status).toBe(404);
  expect(JSON.parse(ours.text)).toMatchObject({
    error: { code: "not_found", requestId: ours.headers["x-request-id"] },
  });
  const backstages = await sendRaw(portal.address, "/api/catalog/no-such-thing");
  expect(backstages.status).toBe(404);
  expect(JSON.parse(backstages.text)).toMatchObject({
    error: { name: "NotFoundError" },
    response: { statusCode: 404 },
  });
});

test("an address that cannot be read is refused in words, and the portal goes on", async ({ portal }) => {
  for (const path of [
    "//",
    "/%",
    "/api/catalog/entities/by-name/component/default/%E0%A4%A",
    "/catalog/%00",
    "http://[/",
  ]) {
    const answer = await sendRaw(portal.address, path);
    expect(answer.status, path).toBeGreaterThanOrEqual(300);
    expect(answer.status, path).toBeLessThan(500);
  }
  expect((await sendRaw(portal.address, "/api/health/ready")).status).toBe(200);
});
