/** The end of a query that asks for a later page; both hosts count them from 1. */
export const fromPage = (page = 1): string => (page > 1 ? `&page=${page}` : "");
