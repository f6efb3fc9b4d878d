import { BlockList, isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { invalid } from "../errors.ts";

type Subnet = readonly [address: string, bits: number];

const privateV4: readonly Subnet[] = [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
];
const privateV6: readonly Subnet[] = [
  ["::1", 128],
  ["fc00::", 7],
];
/** Neither public nor anybody's own network; with the addresses at which clouds answer what a machine's secrets are. */
const reservedV4: readonly Subnet[] = [
  ["0.0.0.0", 8],
  ["100.100.100.200", 32],
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];
/** Inside of 2000::/3 and fc00::/7: tunnels that carry an IPv4 address, documentation, metadata of clouds. */
const reservedV6: readonly Subnet[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
  ["fd00:ec2::254", 128],
  ["fd20:ce::254", 128],
];

function listOf(v4: readonly Subnet[], v6: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of v4) list.addSubnet(address, bits, "ipv4");
  for (const [address, bits] of v6) list.addSubnet(address, bits, "ipv6");
  return list;
}

const own = listOf(privateV4, privateV6);
const reserved = listOf(reservedV4, reservedV6);
/** All of IPv6 that can be anything at all; has no IPv4 rules, through which Node would look at mapped addresses. */
const known = listOf([], [["2000::", 3], ...privateV6]);

/**
 * Where an address leads: "public" as any service on the internet, "private" as a network of one's own (loopback too),
 * or "never" for link-local, metadata, mapped, tunnelled and reserved addresses, which nobody can approve.
 */
export function addressClass(address: string): "public" | "private" | "never" {
  const version = isIP(address);
  // A zone ("fe80::1%eth0") belongs to link-local addresses alone.
  if (version === 0 || address.includes("%")) return "never";
  const family = version === 4 ? "ipv4" : "ipv6";
  if (version === 6 && !known.check(address, "ipv6")) return "never";
  if (reserved.check(address, family)) return "never";
  return own.check(address, family) ? "private" : "public";
}

/** True for addresses that a public service can have: neither loopback, private, link-local, mapped, NAT64 nor reserved. */
export const isPublicAddress = (address: string): boolean => addressClass(address) === "public";

/**
 * Reads ranges of private addresses ("10.20.0.0/16", "fd12::/16", "10.1.2.3"). Throws a DomainError of the field
 * `privateRanges` for what is no range or reaches beyond private addresses.
 */
export function readPrivateRanges(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const subnet = readRange(range);
    if (!subnet || !isPrivateRange(subnet))
      throw invalid(
        `"${range.slice(0, 60)}" is not a range of private addresses: write one such as 10.20.0.0/16 or fd12:3456::/32`,
        "privateRanges",
      );
    list.addSubnet(subnet.address, subnet.bits, subnet.family);
  }
  return list;
}

export type AddressRange = { address: string; bits: number; family: "ipv4" | "ipv6" };

/** An address or a CIDR range; null for anything else, odd spellings such as 010.1 included. */
export function readRange(text: string): AddressRange | null {
  const [address = "", bits, ...more] = text.trim().split("/");
  const version = isIP(address);
  if (version === 0 || address.includes("%") || more.length > 0) return null;
  const widest = version === 4 ? 32 : 128;
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) return null;
  const count = bits === undefined ? widest : Number(bits);
  return count > widest ? null : { address, bits: count, family: version === 4 ? "ipv4" : "ipv6" };
}

function isPrivateRange({ address, bits, family }: AddressRange): boolean {
  const parsed = ipaddr.parse(address);
  return (family === "ipv4" ? privateV4 : privateV6).some(
    ([network, atLeast]) => bits >= atLeast && parsed.match(ipaddr.parse(network), atLeast),
  );
}
