// Numbered inputs, the viewer's end. The host takes each number once and in order, and says first
// of all how many it has taken (the guest remembers it, should the host be killed): what was on its
// way when a connection broke is said again only if it did not arrive, so nothing is doubled; what
// cannot be said again is counted as lost.
import { INPUTS_IN_PACKET_MAX, type InputBatch } from '../wire/messages';
import type { InputEvent } from '../wire/inputs';

// With the batch's own header and the longest input, a batch of fewer than this fits a packet.
const BATCH_BYTES_MAX = 640;
const WAITING_MAX = 10_000;
// What a person did longer ago must not happen now.
const STALE_US = 5_000_000;

interface Waiting {
  event: InputEvent;
  readonly atUs: number;
}

export class InputSender {
  private waiting: Waiting[] = []; // not acknowledged, oldest first
  private first = 1; // number of waiting[0]
  private sentUpTo = 0;
  private open = false; // the host has said how far it is

  // False: so much waits already that this one is not taken.
  push(event: InputEvent, nowUs: number): boolean {
    // Of several moves of one finger that were not sent yet, only the newest matters.
    const unsent = this.first + this.waiting.length - 1 > this.sentUpTo;
    const last = this.waiting.at(-1);
    if (unsent && last !== undefined && overtakes(event, last.event)) last.event = event;
    else if (this.waiting.length >= WAITING_MAX && begins(event)) return false;
    else this.waiting.push({ event, atUs: nowUs });
    return true;
  }
  // A new stream: nothing may be sent before the host's first acknowledgement.
  pause(): void {
    this.open = false;
  }
  // The host has taken all inputs up to this number. Returns how many of the others are lost.
  acknowledge(upTo: number, nowUs: number): number {
    if (this.open) {
      if (upTo <= this.sentUpTo) this.drop(upTo - this.first + 1); // else never sent: a lie
      return 0;
    }
    this.open = true;
    const last = this.first + this.waiting.length - 1;
    // A host that knows of fewer or more than it could has begun anew: it forgot which it took.
    const same = upTo >= this.first - 1 && upTo <= last;
    if (same) this.drop(upTo - this.first + 1);
    const before = this.waiting.filter(({ event }) => begins(event)).length;
    this.waiting = same ? this.waiting.filter(({ atUs }) => nowUs - atUs < STALE_US) : [];
    const lost = before - this.waiting.filter(({ event }) => begins(event)).length;
    // A host that is killed may have taken more than the guest got.
    const taken = upTo < this.first - 1 ? this.first - 1 - upTo : 0;
    this.first = upTo + 1;
    this.sentUpTo = upTo;
    return taken + lost + this.dropLifted();
  }
  // What was not sent yet, at most one packet of it.
  takeBatch(): InputBatch | undefined {
    if (!this.open) return undefined;
    const events: InputEvent[] = [];
    let bytes = 0;
    const begin = this.sentUpTo + 1 - this.first;
    for (const { event } of this.waiting.slice(begin, begin + INPUTS_IN_PACKET_MAX)) {
      events.push(event);
      bytes += bytesOf(event);
      if (bytes > BATCH_BYTES_MAX) break;
    }
    if (events.length === 0) return undefined;
    const batch: InputBatch = { kind: 'input_batch', first: this.sentUpTo + 1, events };
    this.sentUpTo += events.length;
    return batch;
  }
  sent(): number {
    return this.sentUpTo;
  }
  acknowledged(): number {
    return this.first - 1;
  }

  // Who breaks off holds nothing down any more: what goes on with such a finger does nothing, and
  // its tap is lost. Returns how many are.
  private dropLifted(): number {
    const down = new Set<number>();
    const lost = new Set<number>();
    this.waiting = this.waiting.filter(({ event }) => {
      if (event.kind !== 'touch') return true;
      if (event.phase === 'down') down.add(event.finger);
      if (!down.has(event.finger) && event.phase !== 'cancel') lost.add(event.finger);
      return down.has(event.finger);
    });
    return lost.size;
  }
  private drop(count: number): void {
    if (count <= 0) return;
    this.waiting.splice(0, count);
    this.first += count;
  }
}

// What a person would miss; the rest only ends what began.
function begins(event: InputEvent): boolean {
  if (event.kind === 'touch') return event.phase === 'down';
  return event.kind !== 'key' || event.down;
}

function overtakes(event: InputEvent, last: InputEvent): boolean {
  return last.kind === 'touch' && last.phase === 'move' && event.kind === 'touch' &&
    event.phase === 'move' && event.finger === last.finger;
}

// An upper bound: UTF-8 takes at most three bytes for a unit of UTF-16.
function bytesOf(event: InputEvent): number {
  const isText = event.kind === 'text' || event.kind === 'paste';
  return isText ? 4 + Math.min(3 * event.text.length, 512) : 9;
}
