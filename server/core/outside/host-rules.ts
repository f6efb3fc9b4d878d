import { lookup } from "node:dns/promises";
import { type BlockList, isIP } from "node:net";
import { invalid } from "../errors.ts";
import { addressClass, readPrivateRanges } from "./address-class.ts";

export type ResolvedAddress = { address: string; family: number };
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

export type HostRules = {
  /** Reads a web address that may be asked, as far as can be told without looking its name up. Throws the refusal. */
  admit: (address: string) => URL;
  /** Looks a name up once; every address it has must be one that may be reached. Throws the refusal. */
  addressesOf: (host: string) => Promise<readonly ResolvedAddress[]>;
  /** Whether this very address may be connected to. */
  isReachable: (host: string, address: string) => boolean;
};

type RuleSettings = {
  hosts: readonly string[] | "any";
  privateRanges: readonly string[];
  resolve: Resolve | undefined;
  /** What to do about a host that is not listed, after "The host x is not one that Milepost may read from: ". */
  unlistedHint: string;
};

const lookUp: Resolve = (host) => lookup(host, { all: true });

/** The name without brackets, as the resolver and `isIP` want it. */
export const bareHost = (hostname: string) => hostname.toLowerCase().replace(/^\[|\]$/g, "");

export function makeHostRules(settings: RuleSettings): HostRules {
  const listed =
    settings.hosts === "any" ? null : new Set(settings.hosts.map((host) => host.toLowerCase().trim()));
  /** Written down as an address or as localhost, by somebody who runs the portal. */
  const written = new Set(
    [...(listed ?? [])].map((host) => bareHost(host.replace(/(?<=\]|^[^:]*):\d+$/, ""))),
  );
  const ranges = readPrivateRanges(settings.privateRanges);
  const isReachable = (host: string, address: string) => {
    const kind = addressClass(address);
    if (kind !== "private") return kind === "public";
    const isWritten = written.has(host) && (host === "localhost" ? isLoopback(address) : host === address);
    return isWritten || isIn(ranges, address);
  };

  function admit(address: string): URL {
    const url = readWebAddress(address);
    const host = bareHost(url.hostname);
    if (listed && !listed.has(url.host) && !(url.port === "" && listed.has(url.hostname)))
      throw invalid(`The host ${url.host} is not one that Milepost may read from: ${settings.unlistedHint}`);
    const isLocal = host === "localhost" || (isIP(host) !== 0 && addressClass(host) === "private");
    if (isIP(host) !== 0 && !isReachable(host, host)) throw privateRefusal(url.host);
    if (url.protocol !== "https:" && !isLocal) throw invalid(`${url.host} has to be reached over https://`);
    return url;
  }

  async function addressesOf(host: string): Promise<readonly ResolvedAddress[]> {
    const found = await (settings.resolve ?? lookUp)(host).catch(() => []);
    if (found.length === 0)
      throw invalid(`The host ${host} was not found: check its name and this machine's DNS`);
    if (found.some(({ address }) => !isReachable(host, address))) throw privateRefusal(host);
    return found;
  }

  return { admit, addressesOf, isReachable };
}

function readWebAddress(address: string): URL {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === "")
    throw invalid(`"${withoutSecrets(address)}" is not a web address: it has to begin with https://`);
  if (url.username || url.password)
    throw invalid(`The address of ${url.host} carries a user name or password: leave it out of the address`);
  return url;
}

const privateRefusal = (host: string) =>
  invalid(
    `The host ${host} points into a private network, which Milepost does not read from unless its range of addresses is approved (for a connection or provider under Private addresses, for catalog files in MILEPOST_PRIVATE_RANGES)`,
  );

const isIn = (ranges: BlockList, address: string) =>
  ranges.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");

const isLoopback = (address: string) => address === "::1" || /^127\./.test(address);

/** For messages: what stands before an @ may be a password, what follows a ? a token. */
const withoutSecrets = (text: string) =>
  text
    .replace(/[^/@]*@/, "")
    .replace(/[?#].*$/s, "")
    .slice(0, 80);
