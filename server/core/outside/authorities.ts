import { X509Certificate } from "node:crypto";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import { invalid } from "../errors.ts";

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM text. Throws a DomainError of the field `ca` where there is none, or one is unreadable. */
export function readAuthorities(pem: string): string[] {
  const found = pem.match(block) ?? [];
  const isReadable = found.every((text) => {
    try {
      return new X509Certificate(text).raw.length > 0;
    } catch {
      return false;
    }
  });
  if (found.length === 0 || !isReadable)
    throw invalid(
      "The certificate cannot be read: paste it as text that begins with -----BEGIN CERTIFICATE-----",
      "ca",
    );
  return found;
}

/** Node's own authorities, those of NODE_EXTRA_CA_CERTS and those of this machine; read once, some hundred of them. */
let known: string[] | undefined;

/** Making one takes tens of milliseconds, so that doors of the same authority share it. */
const contexts = new Map<string, SecureContext>();
const mostContexts = 50;

/** What a TLS connection trusts: everything this machine does, and the authority of this connection besides. */
export function makeTrust(ca: string | undefined): () => SecureContext {
  const more = ca === undefined ? [] : readAuthorities(ca);
  const key = more.join("\n");
  return () => {
    const made = contexts.get(key);
    if (made) return made;
    known ??= [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
    const context = createSecureContext({ ca: [...known, ...more], minVersion: "TLSv1.2" });
    if (contexts.size >= mostContexts) contexts.clear();
    contexts.set(key, context);
    return context;
  };
}
