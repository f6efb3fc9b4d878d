/**
 * Backstage 1.55, measured on the same kind of machine (2 cores, nearly idle) with an organisation of the same shape:
 * stock production build, PostgreSQL 15, file locations. Times in ms, bytes in kB, memory in MB.
 */
export const backstage = {
  release: "Backstage 1.55, measured on the same kind of machine",
  startMs: 4_800,
  importMs: 71_100,
  memoryAtRestMb: [284, 655],
  idleCpuPercent: [11, 13],
  requests: {
    list: {
      ten: { p50: 101, p95: 143, perSecond: 97 },
      one: { p50: 13, p95: 19, perSecond: 73 },
      cpuMs: 19.6,
    },
    filtered: {
      ten: { p50: 45, p95: 66, perSecond: 218 },
      one: { p50: 6.5, p95: 11, perSecond: 140 },
      cpuMs: 7.9,
    },
    byName: {
      ten: { p50: 14, p95: 19, perSecond: 689 },
      one: { p50: 1.9, p95: 4, perSecond: 457 },
      cpuMs: 1.8,
    },
    owners: {
      ten: { p50: 31, p95: 46, perSecond: 306 },
      one: { p50: 3.9, p95: 6.6, perSecond: 232 },
      cpuMs: 4.1,
    },
    componentOwners: {
      ten: { p50: 78, p95: 114, perSecond: 122 },
      one: { p50: 11, p95: 19, perSecond: 79 },
      cpuMs: 12.1,
    },
  },
  page: { visibleMs: 1_778, firstPaintMs: 880, scriptKb: 1_156, requests: 81 },
} as const;

export type RequestName = keyof typeof backstage.requests;
