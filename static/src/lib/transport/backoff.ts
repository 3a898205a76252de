/** Milliseconds before try number `attempt` (0, 1, ...): doubling from 0.5 s to 20 s, each halved to whole at random. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(20_000, 500 * 2 ** attempt);
  return ceiling / 2 + (ceiling / 2) * random();
}
