// Wheels and touchpads as the phone counts them: 120 units a notch.

const UNITS_EACH_NOTCH = 120;
// What browsers report for one notch, by WheelEvent.deltaMode: pixels, lines, pages.
const DELTAS_EACH_NOTCH = [100, 3, 1] as const;
const UNITS_MAX = 32_767;

// Keeps the fractions that touchpads send until they make a unit.
export class WheelNotches {
  private restX = 0;
  private restY = 0;

  // Units for this movement; [0, 0] while they do not make one.
  add(deltaX: number, deltaY: number, deltaMode: number): readonly [number, number] {
    const each = DELTAS_EACH_NOTCH[deltaMode] ?? DELTAS_EACH_NOTCH[0];
    this.restX = bounded(this.restX + (deltaX / each) * UNITS_EACH_NOTCH);
    this.restY = bounded(this.restY + (deltaY / each) * UNITS_EACH_NOTCH);
    const units = [whole(this.restX), whole(this.restY)] as const;
    this.restX -= units[0];
    this.restY -= units[1];
    return units;
  }
}

function bounded(units: number): number {
  return Math.min(Math.max(units, -UNITS_MAX), UNITS_MAX);
}

// Sums of fractions end a hair's breadth before the unit.
function whole(units: number): number {
  const unit = Math.trunc(units + Math.sign(units) * 1e-6);
  return unit === 0 ? 0 : unit; // never -0
}
