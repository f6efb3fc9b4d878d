import { expect } from "vitest";
import { ask } from "#server/testing/ask-listener.ts";
import { test } from "#server/testing/database.ts";
import { servePortal } from "#server/testing/serve-portal.ts";

test("an answer of one piece says how long it is, also to who asks for its head alone", async ({ db }) => {
  const portal = await servePortal(db);
  const whole = await ask(portal.address, "/api/health/live");
  expect(whole.headers["content-length"]).toBe(String(Buffer.byteLength(whole.text)));
  expect(whole.headers["transfer-encoding"]).toBeUndefined();
  const head = await ask(portal.address, "/api/health/live", { method: "HEAD" });
  expect(head).toMatchObject({ text: "", headers: { "content-length": whole.headers["content-length"] } });
  await portal.close();
});
