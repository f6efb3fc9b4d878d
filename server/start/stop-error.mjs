/** Ends a command; the message is one sentence for the person at the terminal: what, where, what to do. */
export class StopError extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = "StopError";
  }
}
