import type { JudgedDocument, JudgedError } from "../judge-text.ts";

export type CheckedDocument = JudgedDocument;
export type CheckedError = JudgedError;

/** The verdict on a text; `total` counts documents where more than 200 are too many to show. */
export type CheckedText = { valid: boolean; documents: CheckedDocument[]; total: number };
