import { config } from "zod";

// zod tries out whether it may make functions of text, once a schema is defined; the pages' policy forbids that, and the
// browser would report it each time. Schemas that a component brings along are therefore imported after this.
if (typeof window !== "undefined") config({ jitless: true });
