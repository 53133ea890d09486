// Amounts as people read them.
import { language } from './language';

function number(value: number, digits: number): string {
  return value.toLocaleString(language(), { maximumFractionDigits: digits });
}

export function milliseconds(us: number): string {
  return `${number(us / 1000, us < 10_000 ? 1 : 0)} ms`;
}

export function bytes(count: number): string {
  if (count < 1e3) return `${count} B`;
  if (count < 1e6) return `${number(count / 1e3, 0)} kB`;
  if (count < 1e9) return `${number(count / 1e6, 1)} MB`;
  return `${number(count / 1e9, 2)} GB`;
}

export function bitsPerSecond(count: number): string {
  if (count < 1e6) return `${number(count / 1e3, 0)} kbit/s`;
  return `${number(count / 1e6, 1)} Mbit/s`;
}
