/** "token.created" as people say it: "Token created". */
export function eventWords(type: string): string {
  const words = type.replaceAll(/[.-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
