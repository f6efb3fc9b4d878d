import { expect, test } from "vitest";
import { readListenAddress } from "./listen-address.ts";
import { readHeaders } from "./read-headers.ts";

test.each([
  ["127.0.0.1:9464", { host: "127.0.0.1", port: 9464 }],
  ["0.0.0.0:0", { host: "0.0.0.0", port: 0 }],
  [":9464", { host: "::", port: 9464 }],
  ["9464", { host: "127.0.0.1", port: 9464 }],
  ["[::1]:9464", { host: "::1", port: 9464 }],
  ["metrics.internal:65535", { host: "metrics.internal", port: 65_535 }],
])("%s is an address to listen on", (text, address) => {
  expect(readListenAddress(text)).toEqual(address);
});

test.each(["", "localhost", "127.0.0.1:", "127.0.0.1:65536", "http://127.0.0.1:9464", "::1:9464", "a b:1"])(
  "%j is none",
  (text) => {
    expect(readListenAddress(text)).toBeNull();
  },
);

test("headers are read as OpenTelemetry writes them", () => {
  expect(readHeaders("api-key=a%3Db, x-tenant = one ,=none,empty=")).toEqual({
    "api-key": "a=b",
    "x-tenant": "one",
    empty: "",
  });
  expect(readHeaders(undefined)).toEqual({});
});
