// Pointers of the browser as fingers of the phone, at most ten, and its mouse.
import { FINGERS_MAX, MOUSE, type InputEvent, type Point, type TouchPhase } from '../wire/inputs';

interface Finger {
  readonly number: number;
  at: Point;
}

export class Fingers {
  private readonly down = new Map<number, Finger>();

  constructor(private readonly send: (event: InputEvent) => void) {}

  press(pointer: number, at: Point, mouse = false): void {
    if (this.down.has(pointer)) return;
    const taken = new Set([...this.down.values()].map((finger) => finger.number));
    const numbers = mouse ? [MOUSE] : Array.from({ length: FINGERS_MAX }, (_, finger) => finger);
    const number = numbers.find((one) => !taken.has(one));
    if (number === undefined) return;
    this.down.set(pointer, { number, at });
    this.touch(number, 'down', at);
  }
  move(pointer: number, at: Point): void {
    const finger = this.down.get(pointer);
    if (finger === undefined || (finger.at.x === at.x && finger.at.y === at.y)) return;
    finger.at = at;
    this.touch(finger.number, 'move', at);
  }
  lift(pointer: number, phase: 'up' | 'cancel', at?: Point): void {
    const finger = this.down.get(pointer);
    if (finger === undefined) return;
    this.down.delete(pointer);
    this.touch(finger.number, phase, at ?? finger.at);
  }
  cancelAll(): void {
    for (const pointer of [...this.down.keys()]) this.lift(pointer, 'cancel');
  }
  // Returns how many were down.
  forget(): number {
    const { size } = this.down;
    this.down.clear();
    return size;
  }
  holds(pointer: number): boolean {
    return this.down.has(pointer);
  }

  private touch(finger: number, phase: TouchPhase, at: Point): void {
    this.send({ kind: 'touch', finger, phase, at });
  }
}
