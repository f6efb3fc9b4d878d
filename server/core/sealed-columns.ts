import type { SecretPlace } from "./crypto.ts";

/**
 * Every column that holds sealed values: what the start checks and `milepost keys rotate` walks. `row` is the SQL text that
 * names a row in its seal; rows past `until` are waiting to be deleted and count for nothing.
 */
export const sealedColumns = [
  { table: "connection_secrets", key: "id", row: "id::text", column: "sealed", until: null },
  {
    table: "sign_in_attempts",
    key: "state_hash",
    row: "encode(state_hash, 'hex')",
    column: "sealed",
    until: "expires_at",
  },
  { table: "incident_receivers", key: "id", row: "id::text", column: "sealed", until: null },
  { table: "installation", key: "id", row: "id", column: "key_check", until: null },
] as const;

export type SealedColumn = (typeof sealedColumns)[number];

export const connectionSecretPlace = (id: string): SecretPlace => ({
  table: "connection_secrets",
  row: id,
  column: "sealed",
});

export const signInAttemptPlace = (stateHash: Uint8Array): SecretPlace => ({
  table: "sign_in_attempts",
  row: Buffer.from(stateHash).toString("hex"),
  column: "sealed",
});

export const incidentReceiverPlace = (id: string): SecretPlace => ({
  table: "incident_receivers",
  row: id,
  column: "sealed",
});

export const keyCheckPlace: SecretPlace = { table: "installation", row: "only", column: "key_check" };
