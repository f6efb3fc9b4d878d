import { expect, test } from "vitest";
import { eventWords, subjectOf } from "./model.ts";

const told = (type: string, subjectId: string, payload: object, isGone = false) =>
  subjectOf({ type, subjectType: type.slice(0, type.indexOf(".")), subjectId, payload, isGone });

test("events are named as people say it", () => {
  expect(["token.created", "session.started", "setup-token.made"].map(eventWords)).toEqual([
    "Token created",
    "Signed in",
    "Setup token made",
  ]);
});

test.each([
  [
    "location.registered",
    "a1",
    { target: "/srv/catalogue", type: "folder" },
    "/srv/catalogue",
    "/catalog/sources/a1",
  ],
  ["import.requested", "a1", { target: "/srv/catalogue" }, "/srv/catalogue", "/catalog/sources/a1"],
  ["token.created", "a1", { name: "CI", role: "developer" }, "CI", "/admin/tokens"],
  ["session.started", "a1", { userName: "Ada", via: "demo" }, "Ada", null],
  ["session.refused", "a1", { provider: "Okta", reason: "expired" }, "At Okta", null],
  ["secret.added", "a1", { connection: "GitHub" }, "GitHub", "/admin/webhooks"],
  ["webhook.replayed", "17", { event: "push", guid: "g-1" }, "g-1", "/admin/webhooks/17"],
  ["key.rotated", "ab12cd34", { values: 3 }, "Key ab12cd34", null],
  ["demo.removed", "only", { entries: 3 }, "This portal", null],
  ["nothing.known", "a1", {}, "a1", null],
])("%s is about its target, not a bare id", (type, id, payload, name, href) => {
  expect(told(type, id, payload)).toMatchObject({ name, href });
});

test("what was removed is not linked to", () => {
  expect(told("location.registered", "a1", { target: "/srv" }, true).href).toBeNull();
});

test("the rest of an event is told in words", () => {
  const payload = {
    name: "CI",
    expiresAt: "2026-11-21T07:01:02.123Z",
    scopes: ["read", "write"],
    isOn: false,
    none: null,
    list: [],
  };
  expect(told("token.created", "a1", payload).details).toEqual([
    { label: "expires at", value: "2026-11-21 07:01 UTC" },
    { label: "scopes", value: "read, write" },
    { label: "is on", value: "no" },
  ]);
});
