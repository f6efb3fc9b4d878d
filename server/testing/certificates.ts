import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";

/** A certificate and its key in PEM, as `node:tls` takes them. */
export type Certified = { cert: string; key: string };
export type Authority = Certified & {
  /** A server's certificate for these names and addresses. */
  certify: (names: readonly string[], days?: { from: number; to: number }) => Certified;
};

/**
 * An authority of one's own, made of DER by hand (X.509 v3, RFC 5280; ECDSA P-256), so that tests need no other program.
 */
export function makeAuthority(name = "Test authority"): Authority {
  const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = nameOf(name);
  const days = { from: -1, to: 30 };
  const cert = seal({
    subject: issuer,
    issuer,
    publicKey: own.publicKey,
    signer: own.privateKey,
    days,
    extensions: [extension("551d13", sequence(boolean(true)), true)],
  });
  const certify: Authority["certify"] = (names, valid = days) => {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const made = seal({
      subject: nameOf(names[0] ?? "nobody"),
      issuer,
      publicKey: pair.publicKey,
      signer: own.privateKey,
      days: valid,
      extensions: [extension("551d11", sequence(...names.map(alternativeName)), false)],
    });
    return { cert: made, key: pemKey(pair.privateKey) };
  };
  return { cert, key: pemKey(own.privateKey), certify };
}

const pemKey = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();

/** One DER value: tag, length, content (X.690 8.1). */
function der(tag: number, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const size = body.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const boolean = (value: boolean) => der(0x01, Buffer.from([value ? 255 : 0]));
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const utcTime = (at: Date) =>
  der(0x17, Buffer.from(`${at.toISOString().slice(2, 19).replace(/[-:T]/g, "")}Z`));
const nameOf = (common: string) =>
  sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from(common)))));
const extension = (id: string, value: Buffer, isCritical: boolean) =>
  sequence(oid(id), ...(isCritical ? [boolean(true)] : []), der(0x04, value));

/** dNSName, or iPAddress as four bytes. */
const alternativeName = (name: string) =>
  isIP(name) === 4 ? der(0x87, Buffer.from(name.split(".").map(Number))) : der(0x82, Buffer.from(name));

function seal(parts: {
  subject: Buffer;
  issuer: Buffer;
  publicKey: KeyObject;
  signer: KeyObject;
  days: { from: number; to: number };
  extensions: Buffer[];
}): string {
  const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));
  const at = (days: number) => utcTime(new Date(Date.now() + days * 86_400_000));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1]), randomBytes(8)),
    ecdsaWithSha256,
    parts.issuer,
    sequence(at(parts.days.from), at(parts.days.to)),
    parts.subject,
    parts.publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...parts.extensions)),
  );
  const signature = sign("sha256", body, parts.signer);
  const whole = sequence(body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString("base64").replace(/(.{64})/g, "$1\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
