/** The embedded PostgreSQL cannot be used; the message is one sentence: what, where, what to do. */
export class EmbeddedPostgresError extends Error {
  override name = "EmbeddedPostgresError";
}
