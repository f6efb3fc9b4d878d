/** What a git server said that cannot be understood, or that refuses; the message is for a log, not for people. */
export class GitProtocolError extends Error {
  override name = "GitProtocolError";
}

export type Packet = Buffer | "flush" | "delimiter";

/** One packet of git's wire format: four hexadecimal digits of length, their own four bytes included. */
export const packet = (text: string): Buffer => {
  const body = Buffer.from(text);
  return Buffer.concat([Buffer.from((body.length + 4).toString(16).padStart(4, "0")), body]);
};
export const flushPacket = Buffer.from("0000");
export const delimiterPacket = Buffer.from("0001");

/** Takes an answer apart into its packets (gitprotocol-common, "pkt-line Format"). Throws GitProtocolError. */
export async function* readPackets(body: AsyncIterable<Uint8Array>): AsyncGenerator<Packet> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const part of body) {
    rest = rest.length > 0 ? Buffer.concat([rest, part]) : Buffer.from(part);
    for (
      let length = lengthOf(rest);
      length !== null && rest.length >= Math.max(length, 4);
      length = lengthOf(rest)
    ) {
      if (length === 0) yield "flush";
      else if (length === 1) yield "delimiter";
      // 2 ends a response; nothing follows that is read here.
      else if (length !== 2) yield rest.subarray(4, length);
      rest = rest.subarray(Math.max(length, 4));
    }
  }
  if (rest.length > 0) throw new GitProtocolError("The answer ends within a packet");
}

function lengthOf(bytes: Buffer): number | null {
  if (bytes.length < 4) return null;
  const text = bytes.toString("latin1", 0, 4);
  const length = /^[0-9a-f]{4}$/i.test(text) ? Number.parseInt(text, 16) : Number.NaN;
  if (Number.isNaN(length) || length === 3) throw new GitProtocolError("The answer is no git protocol");
  return length;
}

/** The text of a packet without its line end; a packet of the kind "ERR …" is thrown. */
export function lineOf(given: Buffer): string {
  const line = given.toString("utf8").replace(/\n$/, "");
  if (line.startsWith("ERR ")) throw new GitProtocolError(line.slice(4, 300));
  return line;
}

/** The pack that side band 1 carries; band 2 is progress, band 3 a failure (gitprotocol-pack, "Packfile Data"). */
export async function* packOf(packets: AsyncIterable<Packet>): AsyncGenerator<Buffer> {
  for await (const given of packets) {
    if (typeof given === "string") return;
    const band = given[0];
    if (band === 1) yield given.subarray(1);
    else if (band === 3) throw new GitProtocolError(given.toString("utf8", 1, 300));
    else if (band !== 2) throw new GitProtocolError("The answer has an unknown side band");
  }
}
