import { z } from "zod";

const text = z.string().trim().max(200).optional();

export const ListEvents = z.object({
  type: text,
  actor: text,
  subject: text,
  /** Days in UTC, inclusive, as 2026-11-21. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  before: z.string().max(200).optional(),
});
export type ListEvents = z.infer<typeof ListEvents>;

export const ExportEvents = z.object({
  /** Days in UTC, inclusive. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  /** One stream, such as "token". */
  stream: z
    .string()
    .regex(/^[a-z][a-z-]{0,60}$/, "has to be a stream's name, such as token")
    .optional(),
});
export type ExportEvents = z.infer<typeof ExportEvents>;

const sinkForms = /^(https?|syslog\+(tcp|tls|udp)):$/;

/** Where the audit log is sent. An empty token keeps the one that is stored. */
export const SaveSink = z.object({
  id: z.uuid().optional(),
  name: z.string().trim().min(1, "is missing").max(100),
  address: z
    .string()
    .trim()
    .max(1000)
    .refine((value) => sinkForms.test(URL.parse(value)?.protocol ?? ""), {
      message: "has to begin with https://, syslog+tls://, syslog+tcp:// or syslog+udp://",
    })
    .refine((value) => Boolean(URL.parse(value)?.hostname), { message: "names no host" })
    .refine((value) => !URL.parse(value)?.username && !URL.parse(value)?.password, {
      message: "carries a user name or password: give the token in its own field",
    })
    .refine((value) => !value.startsWith("syslog") || Boolean(URL.parse(value)?.port), {
      message: "needs a port, for example syslog+tls://logs.example.com:6514",
    }),
  token: z.string().trim().max(2000).optional(),
  /** Certificate in PEM that is trusted besides those of the machine. */
  ca: z.string().trim().max(100_000).optional(),
  /** Private address ranges that this sink may lie in, as 10.20.0.0/16. */
  privateRanges: z.array(z.string().trim().min(1).max(50)).max(20).default([]),
  /** Also send what happened before the sink was added. */
  sendsPast: z.boolean().default(false),
  isOn: z.boolean().default(true),
});
export type SaveSink = z.infer<typeof SaveSink>;

export const SinkId = z.object({ id: z.uuid() });
