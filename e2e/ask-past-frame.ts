import { type RawAnswer, sendRaw } from "./send-raw.ts";

/** What Next's router says of a browser that stands on another page below the same frame. */
const elsewhere = [
  "",
  { children: ["(portal)", { children: ["nowhere", { children: ["__PAGE__", {}] }] }] },
  null,
  null,
  0,
];

/**
 * Asks for a page as Next's own router does when it has the frame already: the answer leaves the frame out, and with it
 * what the frame does to people who are not signed in. Next first sends it to the address that goes with its headers.
 */
export async function askPastFrame(address: string, path: string, cookie?: string): Promise<RawAnswer> {
  const headers: Record<string, string> = {
    rsc: "1",
    "next-router-state-tree": encodeURIComponent(JSON.stringify(elsewhere)),
    "next-url": "/nowhere",
    ...(cookie ? { cookie } : {}),
  };
  const first = await sendRaw(address, path, { headers });
  const { location } = first.headers;
  return typeof location === "string" && location.includes("_rsc=")
    ? sendRaw(address, location, { headers })
    : first;
}
