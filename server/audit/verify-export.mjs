#!/usr/bin/env node
// Checks an export of Milepost's audit log (JSON lines) by itself: needs this file and Node 18 or newer, nothing else.
//   node verify-export.mjs FILE [--anchors audit-anchors.jsonl]     (FILE may be - for the standard input)
// Exit 0: whole and untouched. Exit 1: what is wrong is listed. Exit 2: called wrongly.
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";

const format = "milepost audit export 1";
const start = "0".repeat(64);
const problems = [];
const streams = new Map();
const hashes = new Map();

const [file, option, anchors] = process.argv.slice(2);
if (!file || (option && (option !== "--anchors" || !anchors))) {
  console.error("Usage: node verify-export.mjs FILE [--anchors audit-anchors.jsonl]");
  process.exit(2);
}

let head = null;
let end = null;
let events = 0;
const input = file === "-" ? process.stdin : createReadStream(file);
for await (const text of linesOf(input)) {
  if (text === "") continue;
  const line = parse(text);
  if (line === null) problems.push(`A line cannot be read after ${events} events`);
  else if (head === null) head = checkHead(line);
  else if (end !== null) problems.push("There are lines behind the end");
  else if (line.end === true) end = line;
  else check(line);
}
if (head === null) problems.push("The export is empty");
else checkWhole();
if (anchors) checkAnchors(anchors);

for (const problem of problems.slice(0, 200)) console.log(problem);
const heads = [...streams].map(([name, { position, hash }]) => `${name} ${position} ${hash}`);
console.log(
  `${events} events in ${streams.size} streams: ${problems.length === 0 ? "intact" : `${problems.length} problems`}`,
);
if (problems.length === 0) for (const line of heads) console.log(`  ${line}`);
process.exit(problems.length === 0 ? 0 : 1);

/** Lines end with a line feed and nothing else; readline would also cut at characters that a text may hold. */
async function* linesOf(stream) {
  let rest = "";
  stream.setEncoding("utf8");
  for await (const part of stream) {
    const lines = (rest + part).split("\n");
    rest = lines.pop();
    yield* lines;
  }
  yield rest;
}

function parse(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

function checkHead(line) {
  if (line.format !== format) problems.push(`The first line does not say "${format}"`);
  return line;
}

function check(line) {
  events += 1;
  const name = `Event ${line.id} (place ${line.position} of the stream "${line.stream}")`;
  const hash = createHash("sha256")
    .update(Buffer.from(String(line.previousHash), "hex"))
    .update(String(line.text), "utf8");
  if (hash.digest("hex") !== line.hash) problems.push(`${name} was altered: its hash does not fit its text`);
  if (!isSame(fieldsOf(line), parse(line.text)))
    problems.push(`${name} was altered: its fields do not say what its text says`);
  const before = streams.get(line.stream);
  const first = head.streams?.find((range) => range.stream === line.stream);
  if (before) {
    if (line.position !== before.position + 1)
      problems.push(`${name}: what is between it and place ${before.position} is missing`);
    else if (line.previousHash !== before.hash)
      problems.push(`${name} does not follow on place ${before.position}`);
  } else {
    if (first?.first !== line.position)
      problems.push(`${name} is not the one that the stream has to begin with here`);
    if (line.position === 1 && line.previousHash !== start)
      problems.push(`${name}: the stream has another beginning`);
  }
  streams.set(line.stream, { position: line.position, hash: line.hash });
  hashes.set(`${line.stream} ${line.position}`, line.hash);
}

/** What the text has to hold, in its order. */
function fieldsOf({ stream, position, id, at, type, actor, subject, payload, isDemo }) {
  const micros = BigInt(Date.parse(`${at.slice(0, 19)}Z`)) * 1000n + BigInt(at.slice(20, 26));
  return [
    "milepost event 1",
    stream,
    position,
    id,
    Number(micros),
    type,
    actor.kind,
    actor.id,
    actor.name,
    subject.type,
    subject.id,
    payload,
    isDemo,
  ];
}

function isSame(left, right) {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  const keys = Object.keys(left);
  return (
    Array.isArray(left) === Array.isArray(right) &&
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key]))
  );
}

function checkWhole() {
  if (end === null) problems.push("The end is missing: the export was cut off");
  else if (end.events !== events) problems.push(`The end counts ${end.events} events, here are ${events}`);
  for (const { stream, last } of head.streams ?? [])
    if (streams.get(stream)?.position !== last)
      problems.push(`The stream "${stream}" does not reach place ${last}`);
}

function checkAnchors(path) {
  for (const text of readFileSync(path, "utf8").split("\n").filter(Boolean)) {
    const anchor = parse(text);
    if (!anchor?.heads) problems.push(`A line of ${path} is no anchor`);
    for (const [stream, { position, hash }] of Object.entries(anchor?.heads ?? {})) {
      const found = hashes.get(`${stream} ${position}`);
      const range = head?.streams?.find((known) => known.stream === stream);
      if (found && found !== hash)
        problems.push(
          `The stream "${stream}" was rewritten up to place ${position}: the anchor of ${anchor.at} has another hash`,
        );
      if (!found && range && range.last < position && head.to === null)
        problems.push(
          `The stream "${stream}" ends at place ${range.last}: the anchor of ${anchor.at} knows place ${position}`,
        );
    }
  }
}
