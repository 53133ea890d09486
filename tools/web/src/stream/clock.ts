// This page's steady clock, microseconds; never 0.
export function nowUs(): number {
  return Math.floor(performance.now() * 1000) + 1;
}
