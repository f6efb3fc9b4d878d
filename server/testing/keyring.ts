import { makeKeyring } from "#server/core/keyring.ts";

export const testKeyring = makeKeyring("test:a key for tests that nobody keeps anything behind");
export const otherKeyring = makeKeyring("other:another key than the one that sealed them");
