/**
 * At most `size` in use at once; who asks for more waits in line, at most `waiting` of them and `timeoutMs` long.
 * `take` gives the function that frees what was taken, or null when there was no room in time.
 */
export class Slots {
  readonly #size: number;
  readonly #mostWaiting: number;
  readonly #timeoutMs: number;
  #taken = 0;
  readonly #line = new Set<{ weight: number; call: () => void }>();

  constructor(size: number, options: { waiting: number; timeoutMs: number }) {
    this.#size = size;
    this.#mostWaiting = options.waiting;
    this.#timeoutMs = options.timeoutMs;
  }

  /** How many wait in line. */
  get waiting(): number {
    return this.#line.size;
  }

  /** `weight` in the unit of the size; more than the size counts as all of it. */
  async take(weight = 1): Promise<(() => void) | null> {
    const share = Math.min(weight, this.#size);
    if (this.#line.size === 0 && this.#taken + share <= this.#size) this.#taken += share;
    else if (this.#line.size >= this.#mostWaiting || !(await this.#wait(share))) return null;
    let isFree = false;
    return () => {
      if (isFree) return;
      isFree = true;
      this.#taken -= share;
      this.#callNext();
    };
  }

  #wait(weight: number): Promise<boolean> {
    return new Promise((resolve) => {
      const call = () => {
        clearTimeout(timer);
        resolve(true);
      };
      const waiting = { weight, call };
      const timer = setTimeout(() => {
        this.#line.delete(waiting);
        resolve(false);
        this.#callNext();
      }, this.#timeoutMs);
      this.#line.add(waiting);
    });
  }

  /** In the order of asking: a heavy one is not passed by light ones for ever. What it gets is taken at once. */
  #callNext(): void {
    for (const waiting of this.#line) {
      if (this.#taken + waiting.weight > this.#size) return;
      this.#line.delete(waiting);
      this.#taken += waiting.weight;
      waiting.call();
    }
  }
}
