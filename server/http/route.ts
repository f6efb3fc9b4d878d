import type { TokenScope } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import type { RateRuleName } from "#server/core/rate-limit.ts";

/** What a REST handler gets besides its context. Bodies are read through `readJson`, which is capped. */
export type HttpRequest = {
  method: string;
  /** Always parsed against the address that the browser or script used. */
  url: URL;
  headers: Pick<Headers, "get">;
  params: Record<string, string>;
  requestId: string;
  /** Where the request comes from, as far as proxies may be believed (`clientAddress`); null when unknown. */
  address: string | null;
  /** The JSON body, at most `maxBytes` (1 MB unless told). Throws a DomainError with a sentence. */
  readJson: (maxBytes?: number) => Promise<unknown>;
};

export type HttpAnswer = {
  status: number;
  headers?: Record<string, string>;
  body: string | Buffer | AsyncIterable<string | Buffer> | null;
  /** Of a body in parts: whether whoever asked may still get it. Set by the router. */
  mayGoOn?: () => Promise<boolean>;
};

/** A "SCIM client" shows the token of a connected directory, which the handler checks: it is nobody's API token. */
export type HttpAccess = "anyone" | "signed in" | "SCIM client" | `role: ${string}`;

/**
 * One row of a REST table. `path` has `:name` segments. The listener resolves the actor and checks `access` first;
 * the verb's own policy is the second net. `errorStyle` picks the translator: Backstage's error shape or ours.
 */
export type HttpRoute = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  access: HttpAccess;
  /** POST that only reads (a query too long for a URL): needs the scope "read" and no Origin. */
  isRead?: boolean;
  /** The scope that a token needs, where it is neither "read" nor "write". */
  scope?: TokenScope;
  errorStyle?: "milepost" | "backstage" | "scim";
  /** How often one person or token (without either: one address) may ask. */
  limit?: RateRuleName;
  handle: (ctx: Ctx, request: HttpRequest) => Promise<HttpAnswer>;
};

export const json = (status: number, value: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", ...headers },
  body: JSON.stringify(value),
});
