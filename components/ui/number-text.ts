/** "6,012": the same on server and browser, whatever their languages. */
export function numberText(value: number): string {
  return new Intl.NumberFormat("en-US").format(value);
}

/** "1 service", "3 services" */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}
