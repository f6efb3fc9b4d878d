import type { LookupFunction } from "node:net";
import type { SecureContext } from "node:tls";
import { Agent, buildConnector, type Dispatcher, ProxyAgent } from "undici";
import { invalid } from "../errors.ts";
import { bareHost, type HostRules } from "./host-rules.ts";

export type Dispatchers = {
  /** The one to send a request to this address with. */
  of: (url: URL) => Dispatcher;
  isProxied: (url: URL) => boolean;
  close: () => Promise<void>;
};

const limits = {
  maxHeaderSize: 32_768,
  headersTimeout: 300_000,
  bodyTimeout: 300_000,
  connections: 16,
};
const connectMs = 10_000;

/**
 * The name is looked up while connecting, once, and the connection goes to exactly the addresses that were judged: a
 * second answer of a rebinding name server never counts. TLS is still checked against the name.
 */
function makeDirect(rules: HostRules, trust: () => SecureContext): Agent {
  const find: LookupFunction = (host, options, callback) => {
    rules.addressesOf(bareHost(host)).then(
      (found) => {
        const [first] = found;
        if (options.all) callback(null, [...found]);
        else callback(null, first?.address ?? "", first?.family ?? 4);
      },
      (error: Error) => callback(error, []),
    );
  };
  let connector: buildConnector.connector | undefined;
  return new Agent({
    ...limits,
    connect: (options, callback) => {
      connector ??= buildConnector({ timeout: connectMs, lookup: find, secureContext: trust() });
      connector(options, (...result) => {
        const [error, socket] = result;
        if (error || !socket) return callback(...result);
        // The last net: whatever happened before, the other end has to be an address that was allowed.
        if (rules.isReachable(bareHost(options.hostname), socket.remoteAddress ?? ""))
          return callback(null, socket);
        socket.destroy();
        callback(invalid(`The host ${options.hostname} answers from an address that is not allowed`), null);
      });
    },
  });
}

/** A proxy opens a tunnel; TLS inside of it is ours, so that the proxy sees names and no content. */
function makeProxied(proxyUrl: string, trust: () => SecureContext): () => ProxyAgent {
  let agent: ProxyAgent | undefined;
  return () => {
    const tls = { timeout: connectMs, secureContext: trust() };
    agent ??= new ProxyAgent({ ...limits, uri: proxyUrl, requestTls: tls, proxyTls: tls });
    return agent;
  };
}

export function makeDispatchers(settings: {
  rules: HostRules;
  trust: () => SecureContext;
  proxyUrl: string | undefined;
  noProxy: readonly string[];
}): Dispatchers {
  const direct = makeDirect(settings.rules, settings.trust);
  const proxied = settings.proxyUrl ? makeProxied(settings.proxyUrl, settings.trust) : null;
  const isProxied = (url: URL) => proxied !== null && !isDirect(url, settings.noProxy);
  return {
    of: (url) => (proxied && isProxied(url) ? proxied() : direct),
    isProxied,
    close: async () => {
      await direct.destroy();
      if (proxied) await proxied().destroy();
    },
  };
}

/** NO_PROXY: names, with all below them, with or without a port; "*" for all. This machine is never asked by a proxy. */
function isDirect(url: URL, noProxy: readonly string[]): boolean {
  const host = bareHost(url.hostname);
  if (host === "localhost" || host === "::1" || /^127\./.test(host)) return true;
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return noProxy.some((entry) => {
    const [, name = "", only] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase().trim()) ?? [];
    const suffix = name.replace(/^\*?\.?/, "");
    if (entry.trim() === "*") return true;
    return suffix !== "" && (only ?? port) === port && (host === suffix || host.endsWith(`.${suffix}`));
  });
}
