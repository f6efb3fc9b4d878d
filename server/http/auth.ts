import { readSessionCookie, writeSessionCookie } from "#server/auth/cookie.ts";
import { invalid } from "#server/core/errors.ts";
import { SignInAsDemoPerson } from "#server/identity/inputs.ts";
import { signInAsDemoPerson } from "#server/identity/sign-in-as-demo-person.ts";
import { signOut } from "#server/identity/sign-out.ts";
import { type HttpRoute, json } from "./route.ts";

const isSecure = (url: URL) => url.protocol === "https:";

/** Sign-in and sign-out: the only routes that set a cookie. */
export const authRoutes: HttpRoute[] = [
  {
    method: "POST",
    path: "/api/auth/demo",
    access: "anyone",
    handle: async (ctx, request) => {
      const input = SignInAsDemoPerson.safeParse(await request.readJson(2_000));
      if (!input.success) throw invalid('Send { "personId": … } with the id of a demo person', "personId");
      const started = await signInAsDemoPerson(ctx, input.data, {
        userAgent: request.headers.get("user-agent"),
        replaces: readSessionCookie(request.headers.get("cookie")),
      });
      const cookie = writeSessionCookie(started.sessionToken, { isSecure: isSecure(request.url) });
      return json(200, { expiresAt: started.expiresAt }, { "set-cookie": cookie });
    },
  },
  {
    method: "POST",
    path: "/api/auth/sign-out",
    access: "anyone",
    handle: async (ctx, request) => {
      const token = readSessionCookie(request.headers.get("cookie"));
      if (token) await signOut(ctx, token);
      return json(
        200,
        { ok: true },
        { "set-cookie": writeSessionCookie(null, { isSecure: isSecure(request.url) }) },
      );
    },
  },
];
