const spinner = ["·  ", "·· ", "···"];
/** Where nobody looks on, a long step says now and then that it is alive. */
const heartbeatMs = 20_000;

/**
 * Steps on the terminal, one line each with the time it took: rewritten in place on a terminal, appended elsewhere.
 * @param {NodeJS.WriteStream} stream
 */
export function makeProgress(stream = process.stdout) {
  // An older Node that hands over to a newer one has used some of the time already.
  const began = Number(process.env.MILEPOST_BEGAN_AT || Date.now());
  return {
    began,
    line: (text) => stream.write(`${text}\n`),
    step: (name) => beginStep(stream, name),
    elapsed: () => seconds(Date.now() - began),
  };
}

function beginStep(stream, name) {
  const began = Date.now();
  let timer = stream.isTTY ? animate(stream, name, began) : announce(stream, name, began);
  const end = (mark, text) => {
    if (!timer) return;
    timer = void clearInterval(timer);
    const start = stream.isTTY ? "\r\u001b[2K" : "";
    stream.write(`${start}  ${mark} ${text.padEnd(52)} ${seconds(Date.now() - began)}\n`);
  };
  return {
    done: (text = name) => end("✓", text),
    fail: (text = name) => end("✗", text),
    /** A line of its own while the step goes on. */
    note: (text) => stream.write(`${stream.isTTY ? "\r\u001b[2K" : ""}    ${text}\n`),
  };
}

function animate(stream, name, began) {
  let frame = 0;
  const draw = () => {
    frame += 1;
    stream.write(`\r\u001b[2K  ${spinner[frame % 3]} ${name}  ${seconds(Date.now() - began)}`);
  };
  draw();
  return setInterval(draw, 500).unref();
}

/** A quick step is one line; a slow one first says that it began. */
function announce(stream, name, began) {
  let isSaid = false;
  let last = began;
  return setInterval(() => {
    if (isSaid && Date.now() - last < heartbeatMs) return;
    stream.write(isSaid ? `    still at it: ${name} (${seconds(Date.now() - began)})\n` : `    ${name} …\n`);
    isSaid = true;
    last = Date.now();
  }, 1000).unref();
}

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
