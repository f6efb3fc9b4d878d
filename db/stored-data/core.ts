import { contents, personal, secret, type TablesData, withConnection } from "./line.ts";

export const core: TablesData = {
  stored: [
    personal(
      "events",
      ["actor_id", "actor_name", "payload"],
      "Who did what when",
      "The audit log",
      "For good: its chain of hashes would break",
    ),
    secret(
      "connection_secrets",
      ["sealed"],
      "Tokens, keys and webhook secrets, sealed",
      "To read from hosts and to check signatures",
      "Until removed or replaced",
    ),
    secret(
      "installation",
      ["setup_token_hash", "setup_session_hash", "key_check"],
      "Hashes of the setup's token, and a text that tells a wrong key",
      "For the setup, and the start",
      "24 hours; for good",
    ),
    contents(
      "connections",
      ["settings"],
      "Addresses and settings of a connection",
      "To reach the host",
      withConnection,
    ),
    personal(
      "rate_limits",
      ["key"],
      "Addresses and accounts that tried something lately",
      "To slow guessing down",
      "Until the limit ends",
    ),
  ],
  nothingPersonal: ["audit_checks", "audit_sinks", "backups", "event_chain", "processes"],
};
