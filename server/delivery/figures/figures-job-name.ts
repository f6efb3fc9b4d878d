/** Brings the kept figures up to date; enqueued by whoever marks something as due. */
export const keepFiguresJob = { name: "delivery.keep-figures" };

/** The same for the longer windows, which take longer. */
export const keepLongFiguresJob = { name: "delivery.keep-long-figures" };
