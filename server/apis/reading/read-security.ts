import type { SecurityScheme, Server } from "../model.ts";
import { clean, listOf, type Reading, recordOf, resolve, textOf } from "./reading.ts";

/** Servers with their variables filled in by their defaults. */
export function readServers(servers: unknown): Server[] {
  return listOf(servers)
    .slice(0, 50)
    .flatMap((item) => {
      const server = recordOf(item);
      const url = textOf(server.url, 1000);
      const description = textOf(server.description, 1000);
      return url
        ? [{ url: withDefaults(url, server.variables), ...(description ? { description } : {}) }]
        : [];
    });
}

export function withDefaults(url: string, variables: unknown): string {
  const known = recordOf(variables);
  return url
    .replace(/\{([^{}]*)\}/g, (whole, name: string) => {
      const value = Object.hasOwn(known, name) ? recordOf(known[name]).default : undefined;
      return typeof value === "string" && value !== "" ? clean(value) : whole;
    })
    .slice(0, 1000);
}

/** Alternatives of schemes, each with its scopes behind it; null where nothing is said. */
export function securityOf(value: unknown): string[][] | null {
  if (!Array.isArray(value)) return null;
  return value.slice(0, 20).map((alternative) =>
    Object.entries(recordOf(alternative)).map(([name, scopes]) => {
      const words = listOf(scopes).filter((scope) => typeof scope === "string");
      return clean(words.length > 0 ? `${name} (${words.join(", ")})` : name).slice(0, 500);
    }),
  );
}

const kinds: Readonly<Record<string, string>> = {
  apiKey: "API key",
  httpApiKey: "API key",
  http: "HTTP",
  oauth2: "OAuth 2.0",
  openIdConnect: "OpenID Connect",
  mutualTLS: "Client certificate",
  X509: "Client certificate",
  userPassword: "User and password",
  plain: "SASL plain",
  scramSha256: "SASL SCRAM-SHA-256",
  scramSha512: "SASL SCRAM-SHA-512",
  gssapi: "SASL GSSAPI",
  symmetricEncryption: "Symmetric encryption",
  asymmetricEncryption: "Asymmetric encryption",
};

/** How callers prove who they are: of OpenAPI 3 and AsyncAPI alike. */
export function readSecuritySchemes(reading: Reading, schemes: unknown): SecurityScheme[] {
  return Object.entries(recordOf(schemes))
    .slice(0, 100)
    .map(([name, item]) => {
      const value = resolve(reading, item)?.value ?? {};
      const type = textOf(value.type, 100) ?? "unknown";
      const description = textOf(value.description);
      return {
        name: clean(name).slice(0, 200),
        kind: kinds[type] ?? type,
        ...(description ? { description } : {}),
        details: detailsOf(value),
      };
    });
}

function detailsOf(value: Record<string, unknown>): string[] {
  const details: string[] = [];
  const add = (word: string, field: unknown) => {
    const text = textOf(field, 500);
    if (text) details.push(`${word}: ${text}`);
  };
  add("Scheme", value.scheme);
  add("Format", value.bearerFormat);
  add("Name", value.name);
  add("In", value.in);
  add("Address", value.openIdConnectUrl);
  for (const [flow, item] of Object.entries(recordOf(value.flows)).slice(0, 10)) {
    const settings = recordOf(item);
    add(`Flow`, flow);
    add("Authorise at", settings.authorizationUrl);
    add("Tokens at", settings.tokenUrl);
    const scopes = Object.keys(recordOf(settings.scopes ?? settings.availableScopes));
    if (scopes.length > 0) details.push(clean(`Scopes: ${scopes.slice(0, 100).join(", ")}`));
  }
  return details;
}
