// A TCP proxy between a portal and PostgreSQL that reads enough of the wire protocol to stop at an exact statement.
// Source: PostgreSQL documentation, "Frontend/Backend Protocol: Message Formats".
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const cancelRequest = 80_877_102;
const sslRequest = 80_877_103;

/**
 * Rules see every statement that is about to run: `{ app, text, earlier }`, `earlier` being the statements since the
 * transaction began. The connection's application name gets `@<mark()>` added, by which the observer knows the process.
 */
export async function startProxy({ port, upstreamPort, mark }) {
  const state = { rules: new Set(), connections: new Set(), isBlack: false, seen: [], upstreamPort };
  const server = createServer({ allowHalfOpen: false }, (client) => serve(client, state, mark));
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return {
    port,
    /** How many connections are open, the black ones too. */
    count: () => state.connections.size,
    /**
     * Stops the next statement that fits: "before" it reaches the server, or "after" the server has run it and before
     * its answer is seen. Resolves with a hand to let it go on.
     */
    stopAt: (fits, when = "before") => stopAt(state, fits, when),
    /** Called for each statement; for counting them. */
    onStatement: (listener) => {
      state.listener = listener;
    },
    /** From now on nothing passes, and nobody is told. */
    blackOut: () => {
      state.isBlack = true;
      for (const one of state.connections) one.goBlack();
    },
    /** Everything passes again; what was open either goes on or stays dead for ever, as behind a rebooted firewall. */
    heal: (areOldDead) => {
      state.isBlack = false;
      for (const one of state.connections) areOldDead ? one.server.destroy() : one.goOn();
    },
    stop: async () => {
      for (const one of state.connections) one.end();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function stopAt(state, fits, when) {
  const rule = { fits, when };
  const hit = new Promise((resolve) => {
    rule.tell = resolve;
  });
  state.rules.add(rule);
  return { hit, cancel: () => state.rules.delete(rule) };
}

function serve(client, state, mark) {
  const server = connect(state.upstreamPort, "127.0.0.1");
  const it = {
    client,
    server,
    app: "",
    names: new Map(),
    portal: "",
    earlier: [],
    input: Buffer.alloc(0),
    isStarted: false,
    isBlack: state.isBlack,
    heldAnswers: null,
    work: Promise.resolve(),
  };
  state.connections.add(it);
  it.end = () => {
    state.connections.delete(it);
    client.destroy();
    server.destroy();
  };
  it.goBlack = () => {
    it.isBlack = true;
    client.pause();
    server.pause();
  };
  it.goOn = () => {
    it.isBlack = false;
    client.resume();
    server.resume();
  };
  for (const socket of [client, server]) socket.on("error", () => {}).setNoDelay(true);
  client.on("close", it.end);
  // A black connection never learns that the other side is gone.
  server.on("close", () => it.isBlack || it.end());
  client.on("data", (data) => {
    it.work = it.work.then(() => takeIn(it, state, data, mark)).catch(it.end);
  });
  server.on("data", (data) => {
    if (it.heldAnswers) it.heldAnswers(data);
    else if (!client.destroyed) client.write(data);
  });
  if (state.isBlack) it.goBlack();
}

async function takeIn(it, state, data, mark) {
  it.input = it.input.length === 0 ? data : Buffer.concat([it.input, data]);
  while (await takeOne(it, state, mark));
}

async function takeOne(it, state, mark) {
  const { input } = it;
  if (!it.isStarted) return takeStartup(it, mark);
  if (input.length < 5) return false;
  const size = input.readUInt32BE(1) + 1;
  if (input.length < size) return false;
  const message = input.subarray(0, size);
  it.input = input.subarray(size);
  while (it.isBlack) await sleep(20);
  const text = statementOf(it, message);
  const rule = text === null ? null : ruleFor(it, state, text);
  if (rule?.when === "before") await hold(it, rule, text);
  if (rule?.when === "after") holdAnswers(it, rule, text);
  if (!it.server.destroyed) it.server.write(message);
  return true;
}

function takeStartup(it, mark) {
  const { input } = it;
  if (input.length < 8) return false;
  const size = input.readUInt32BE(0);
  if (input.length < size) return false;
  const code = input.readUInt32BE(4);
  const message = input.subarray(0, size);
  it.input = input.subarray(size);
  if (code === sslRequest || code === cancelRequest) it.server.write(message);
  else {
    it.isStarted = true;
    it.server.write(withMark(it, message, mark()));
  }
  return true;
}

function withMark(it, message, mark) {
  const words = message.subarray(8, -1).toString().split("\0");
  const place = words.indexOf("application_name");
  if (place < 0) words.splice(-1, 0, "application_name", `unnamed@${mark}`);
  else {
    it.app = words[place + 1];
    words[place + 1] = `${it.app}@${mark}`;
  }
  const body = Buffer.from(`${words.join("\0")}\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  message.copy(head, 4, 4, 8);
  return Buffer.concat([head, body]);
}

const word = (message, from) => message.subarray(from, message.indexOf(0, from)).toString();

/** The statement that this message has the server run; null for all other messages. */
function statementOf(it, message) {
  const type = String.fromCharCode(message[0]);
  if (type === "P") {
    const name = word(message, 5);
    it.names.set(name, word(message, 5 + Buffer.byteLength(name) + 1));
  }
  if (type === "B") {
    const portal = word(message, 5);
    it.portal = it.names.get(word(message, 5 + Buffer.byteLength(portal) + 1)) ?? "";
  }
  if (type === "Q") return word(message, 5);
  return type === "E" ? it.portal : null;
}

function ruleFor(it, state, text) {
  if (/^\s*begin/i.test(text)) it.earlier = [];
  const about = { app: it.app, text, earlier: it.earlier };
  state.listener?.(about);
  const rule = [...state.rules].find((one) => one.fits(about)) ?? null;
  if (rule) state.rules.delete(rule);
  it.earlier.push(text);
  if (/^\s*(commit|rollback)/i.test(text)) it.earlier = [];
  return rule;
}

function hold(it, rule, text) {
  return new Promise((resolve) => {
    it.client.once("close", resolve);
    rule.tell({ app: it.app, text, letGo: resolve, cut: () => it.end() });
  });
}

/** Keeps what the server says until it is let go; "ready for query" is the sign that the statement is over. */
function holdAnswers(it, rule, text) {
  const kept = [];
  const letGo = () => {
    it.heldAnswers = null;
    if (!it.client.destroyed) for (const data of kept) it.client.write(data);
  };
  let isTold = false;
  it.heldAnswers = (data) => {
    kept.push(data);
    const all = Buffer.concat(kept);
    const isReady = all.length >= 6 && all.subarray(-6, -1).equals(Buffer.from([0x5a, 0, 0, 0, 5]));
    if (!isReady || isTold) return;
    isTold = true;
    rule.tell({ app: it.app, text, letGo, cut: () => it.end() });
  };
}
