/** Its key is the connection, so that two readings never run side by side. */
export const readShadowJobName = "shadow-read";
