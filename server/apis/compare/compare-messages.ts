import type { Message, Operation } from "../model.ts";
import { compareSchemas } from "./compare-schemas.ts";
import { add, type Comparison, type Where } from "./comparison.ts";
import type { Side } from "./spot.ts";

/**
 * Who writes the messages of an AsyncAPI operation. Version 3 speaks of the application ("send" is what it sends),
 * version 2 of those around it ("publish" is what they send to it).
 */
const sideOf = (verb: string): Side => (verb === "receive" || verb === "publish" ? "request" : "response");

/** Messages by their name. The rules are ours, named in the manner of oasdiff's. */
export function compareMessages(comparison: Comparison, old: Operation, now: Operation, where: Where): void {
  const side = sideOf(now.verb);
  compareLists(comparison, old.messages, now.messages, where, side);
  // The answer to what is received is sent, and the other way round.
  if (old.reply && now.reply)
    compareLists(
      comparison,
      old.reply.messages,
      now.reply.messages,
      where,
      side === "request" ? "response" : "request",
    );
  else if (old.reply) add(comparison, "breaking", "async-reply-removed", where, "No reply is given any more");
}

function compareLists(
  comparison: Comparison,
  from: Message[],
  to: Message[],
  where: Where,
  side: Side,
): void {
  const only = from.length === 1 && to.length === 1;
  for (const [index, message] of from.entries()) {
    const same = to.find(({ name }) => name === message.name) ?? (only ? to[index] : undefined);
    if (!same) {
      add(
        comparison,
        "breaking",
        "async-message-removed",
        where,
        `The message "${message.name}" was removed`,
      );
      continue;
    }
    for (const part of ["payload", "headers"] as const) {
      const [old, now] = [message[part], same[part]];
      if (old && now) compareSchemas(comparison, old, now, { ...where, side, kind: "body", name: "" });
      if (old?.raw !== now?.raw)
        add(
          comparison,
          "risky",
          "async-message-schema-changed",
          where,
          `The ${part} of "${message.name}" changed`,
        );
    }
  }
  if (only) return;
  for (const { name } of to)
    if (!from.some((message) => message.name === name))
      add(
        comparison,
        side === "request" ? "compatible" : "risky",
        "async-message-added",
        where,
        `The message "${name}" is new`,
      );
}
