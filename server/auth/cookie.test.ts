import { afterEach, expect, test } from "vitest";
import { readSessionCookie, sessionCookieName, writeAttemptCookie, writeSessionCookie } from "./cookie.ts";

const token = "x".repeat(43);
afterEach(() => {
  delete process.env.MILEPOST_URL;
});

test("over https a cookie is Secure, of this host alone, and no plainer one counts", () => {
  process.env.MILEPOST_URL = "https://portal.example.com";
  for (const written of [writeSessionCookie(token), writeAttemptCookie(token)])
    expect(written).toMatch(/^__Host-\w+=x{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
  expect(readSessionCookie(`__Host-milepost_session=${token}`)).toBe(token);
  expect(readSessionCookie(`milepost_session=${token}`)).toBeNull();
});

test("on this machine's own http address it is neither, or browsers would not keep it", () => {
  process.env.MILEPOST_URL = "http://127.0.0.1:3000";
  expect(writeSessionCookie(token)).not.toMatch(/Secure|__Host-/);
  expect(sessionCookieName()).toBe("milepost_session");
});

test("signing out takes the cookie away", () => {
  expect(writeSessionCookie(null)).toContain("milepost_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
});

test.each(["short", "with space in the middle of it", `${token}"`, "ü".repeat(43), "y".repeat(101)])(
  "%j is none of our tokens",
  (value) => {
    expect(readSessionCookie(`milepost_session=${value}`)).toBeNull();
  },
);
