/** How long to wait before the next attempt: doubling, with full jitter, reset on success. */
export class Backoff {
  private attempts = 0;

  constructor(
    private readonly firstMs: number,
    private readonly mostMs: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** Milliseconds to wait now; between a tenth and the whole of the present bound. */
  next(): number {
    const bound = Math.min(this.mostMs, this.firstMs * 2 ** this.attempts);
    this.attempts = Math.min(this.attempts + 1, 16);
    return bound * (0.1 + 0.9 * this.random());
  }

  reset(): void {
    this.attempts = 0;
  }
}
