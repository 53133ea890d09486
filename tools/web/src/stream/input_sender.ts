// Numbered inputs, the viewer's end. The host takes each number once and in order; over a WebSocket
// nothing is lost, so nothing is said twice.
import { INPUTS_IN_PACKET_MAX, type InputBatch } from '../wire/messages';
import type { InputEvent } from '../wire/inputs';

// With the batch's own header and the longest input, a batch of fewer than this fits a packet.
const BATCH_BYTES_MAX = 640;
const WAITING_MAX = 10_000;

export class InputSender {
  private waiting: InputEvent[] = [];
  private next = 1; // number of waiting[0]
  private acknowledgedUpTo = 0;

  // Of several moves of one finger that all still wait, only the newest matters.
  push(event: InputEvent): void {
    const last = this.waiting.at(-1);
    const overtaken = last?.kind === 'touch' && last.phase === 'move' && event.kind === 'touch' &&
      event.phase === 'move' && event.finger === last.finger;
    if (overtaken) this.waiting.pop();
    if (this.waiting.length < WAITING_MAX) this.waiting.push(event);
  }
  // What waits, at most one packet of it.
  takeBatch(): InputBatch | undefined {
    let bytes = 0;
    let count = 0;
    while (count < Math.min(this.waiting.length, INPUTS_IN_PACKET_MAX)) {
      bytes += bytesOf(this.waiting[count] as InputEvent);
      ++count;
      if (bytes > BATCH_BYTES_MAX) break;
    }
    if (count === 0) return undefined;
    const batch: InputBatch = {
      kind: 'input_batch', first: this.next, events: this.waiting.splice(0, count),
    };
    this.next += count;
    return batch;
  }
  acknowledge(upTo: number): void {
    if (upTo < this.next) this.acknowledgedUpTo = Math.max(this.acknowledgedUpTo, upTo);
  }
  sent(): number {
    return this.next - 1;
  }
  acknowledged(): number {
    return this.acknowledgedUpTo;
  }
}

// An upper bound: UTF-8 takes at most three bytes for a unit of UTF-16.
function bytesOf(event: InputEvent): number {
  return event.kind === 'text' ? 3 + Math.min(3 * event.text.length, 512) : 9;
}
