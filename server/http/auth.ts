import { readSessionCookie, writeSessionCookie } from "#server/auth/cookie.ts";
import { invalid } from "#server/core/errors.ts";
import { SignInAsDemoPerson } from "#server/identity/inputs.ts";
import { signInAsDemoPerson } from "#server/identity/sign-in-as-demo-person.ts";
import { signOut } from "#server/identity/sign-out.ts";
import { type HttpRoute, json } from "./route.ts";
import { browserOf } from "./sign-in.ts";

/** Sign-in as a demo person, and sign-out. */
export const authRoutes: HttpRoute[] = [
  {
    method: "POST",
    path: "/api/auth/demo",
    access: "anyone",
    limit: "signIn",
    handle: async (ctx, request) => {
      const input = SignInAsDemoPerson.safeParse(await request.readJson(2_000));
      if (!input.success) throw invalid('Send { "personId": … } with the id of a demo person', "personId");
      const started = await signInAsDemoPerson(ctx, input.data, browserOf(request));
      const cookie = writeSessionCookie(started.sessionToken);
      return json(200, { expiresAt: started.expiresAt }, { "set-cookie": cookie });
    },
  },
  {
    method: "POST",
    path: "/api/auth/sign-out",
    access: "anyone",
    handle: async (ctx, request) => {
      const token = readSessionCookie(request.headers.get("cookie"));
      const provider = token ? await signOut(ctx, token) : null;
      return json(200, { ok: true, provider }, { "set-cookie": writeSessionCookie(null) });
    },
  },
];
