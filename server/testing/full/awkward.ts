/** Text that a careless reader or writer of text formats would change. */
export const awkward = "tab\t line\nfeed \\ backslash \\N \\. quote\"' \u2028 ž 🐙 end\r";
