import { expect, test } from "vitest";
import { readDeliveryHead } from "./raw-delivery.ts";

const headers = {
  "content-type": "application/json",
  "x-github-event": "push",
  "x-github-delivery": "9f1b",
  "x-github-hook-id": "42",
  "x-hub-signature-256": "sha256=00",
};

test("names the hook, or the app that many hooks belong to", () => {
  expect(readDeliveryHead(headers)).toMatchObject({ hookKey: "hook:42", guid: "9f1b", event: "push" });
  const app = {
    ...headers,
    "x-github-hook-installation-target-type": "integration",
    "x-github-hook-installation-target-id": "7",
  };
  expect(readDeliveryHead(app)).toMatchObject({ hookKey: "app:7" });
  const organisation = { ...app, "x-github-hook-installation-target-type": "organization" };
  expect(readDeliveryHead(organisation)).toMatchObject({ hookKey: "hook:42" });
  expect(readDeliveryHead({ ...headers, "x-github-hook-id": undefined })).toMatchObject({
    hookKey: "hook:unknown",
  });
});

test("keeps the headers that explain a webhook, never the signature, a cookie or an unknown one", () => {
  const head = readDeliveryHead({
    ...headers,
    cookie: "session=1",
    "x-forwarded-for": "192.0.2.1",
    "user-agent": "GitHub-Hookshot/1".padEnd(900, "x"),
  });
  const kept = "headers" in head ? head.headers : {};
  expect(Object.keys(kept).sort()).toEqual([
    "content-type",
    "user-agent",
    "x-github-delivery",
    "x-github-event",
    "x-github-hook-id",
  ]);
  expect(kept["user-agent"]).toHaveLength(500);
});

test.each([
  ["a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
  ["a form with files", { "content-type": "multipart/form-data; boundary=x" }, 415],
  ["no signature", { "x-hub-signature-256": undefined }, 401],
  ["only the old signature", { "x-hub-signature-256": undefined, "x-hub-signature": "sha1=00" }, 401],
  ["no event", { "x-github-event": undefined }, 400],
  ["a blank event", { "x-github-event": "  " }, 400],
  ["an endless event", { "x-github-event": "x".repeat(101) }, 400],
  ["no GUID", { "x-github-delivery": undefined }, 400],
  ["an endless GUID", { "x-github-delivery": "x".repeat(101) }, 400],
])("refuses %s before the body is read", (_, changed, status) => {
  expect(readDeliveryHead({ ...headers, ...changed })).toMatchObject({ status });
});

test("takes a body without a content type: what it is shows when it is read", () => {
  expect(readDeliveryHead({ ...headers, "content-type": undefined })).toMatchObject({ guid: "9f1b" });
});
