/** Of one message; times as ISO 8601. */
export type SyslogMessage = {
  at: string;
  host: string;
  app: string;
  processId: string;
  kind: string;
  text: string;
};

/** Facility 13 ("log audit") and severity 5 ("notice"): RFC 5424, 6.2.1. */
const priority = 13 * 8 + 5;
const mark = "\ufeff";

/** A header field: printable ASCII without blanks, cut to the length that RFC 5424 allows; "-" for nothing. */
const field = (value: string, length: number): string =>
  value.replace(/[^\x21-\x7e]/g, "_").slice(0, length) || "-";

/** One message as RFC 5424 writes it, its text in UTF-8 behind a byte order mark. */
export function writeMessage(message: SyslogMessage): Buffer {
  const { at, host, app, processId, kind, text } = message;
  const head = [
    `<${priority}>1`,
    at,
    field(host, 255),
    field(app, 48),
    field(processId, 128),
    field(kind, 32),
    "-",
  ];
  return Buffer.from(`${head.join(" ")} ${mark}${text}`, "utf8");
}

/** A message for a stream, counted as RFC 6587, 3.4.1 and RFC 5425, 4.3 have it: texts may hold line ends. */
export function frame(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${message.byteLength} `, "ascii"), message]);
}
