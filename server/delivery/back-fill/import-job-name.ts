/** The job that imports a connection's past; its key is the connection. Discovery knows it by name. */
export const importHistoryJobName = "delivery-import-history";
