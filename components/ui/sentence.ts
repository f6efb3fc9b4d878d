/** The text with an end, so that another sentence may follow it: the server's messages come without. */
export function asSentence(text: string): string {
  return /[.!?…]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}
