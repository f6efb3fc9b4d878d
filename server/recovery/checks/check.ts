/** One thing that `milepost doctor` looks at. `fix` says what to do, and is null when nothing has to be done. */
export type Check = { name: string; ok: boolean; message: string; fix: string | null };

export const good = (name: string, message: string): Check => ({ name, ok: true, message, fix: null });
export const bad = (name: string, message: string, fix: string): Check => ({ name, ok: false, message, fix });
