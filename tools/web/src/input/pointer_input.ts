// Fingers, mouse, pen and wheel on the phone's picture.
import type { Screen } from '../screen/screen';
import type { InputEvent } from '../wire/inputs';
import { Fingers } from './fingers';
import { WheelNotches } from './wheel_notches';

export class PointerInput {
  private readonly fingers: Fingers;
  private readonly wheel = new WheelNotches();
  private panning = false;
  // Where each pointer that moves the picture was last. Movements that browsers count are in device
  // pixels here, in the page's there.
  private readonly panned = new Map<number, { readonly x: number; readonly y: number }>();

  constructor(private readonly screen: Screen, private readonly send: (event: InputEvent) => void,
              private readonly onPressed: () => void) {
    this.fingers = new Fingers(send);
    const { canvas } = screen;
    canvas.addEventListener('pointerdown', (event) => this.press(event));
    canvas.addEventListener('pointermove', (event) => this.move(event));
    canvas.addEventListener('pointerup', (event) => this.lift(event, 'up'));
    canvas.addEventListener('pointercancel', (event) => this.lift(event, 'cancel'));
    canvas.addEventListener('lostpointercapture', (event) => this.lift(event, 'cancel'));
    canvas.addEventListener('contextmenu', (event) => event.preventDefault());
    canvas.addEventListener('wheel', (event) => this.scroll(event), { passive: false });
    addEventListener('blur', () => this.fingers.cancelAll());
  }

  // Pointers move the zoomed picture instead of touching the phone.
  setPanning(panning: boolean): void {
    this.fingers.cancelAll();
    this.panned.clear();
    this.panning = panning;
    this.screen.canvas.classList.toggle('panning', panning);
  }

  // The phone holds nothing down any more: the fingers that are must come anew. Were there any?
  forget(): boolean {
    return this.fingers.forget() > 0;
  }

  private press(event: PointerEvent): void {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    const at = this.screen.pixelUnder(event.clientX, event.clientY, false);
    if (at === undefined) return;
    event.preventDefault(); // keeps the focus where it is typed
    this.screen.canvas.setPointerCapture(event.pointerId); // a drag may leave the picture
    if (this.panning) this.panned.set(event.pointerId, { x: event.clientX, y: event.clientY });
    else this.fingers.press(event.pointerId, at, event.pointerType === 'mouse');
    this.onPressed();
  }
  private move(event: PointerEvent): void {
    if (this.panning) {
      const from = this.panned.get(event.pointerId);
      if (from === undefined) return;
      this.screen.pan(event.clientX - from.x, event.clientY - from.y);
      this.panned.set(event.pointerId, { x: event.clientX, y: event.clientY });
      return;
    }
    const at = this.screen.pixelUnder(event.clientX, event.clientY, true);
    if (at !== undefined) this.fingers.move(event.pointerId, at);
  }
  private lift(event: PointerEvent, phase: 'up' | 'cancel'): void {
    this.panned.delete(event.pointerId);
    const at = this.screen.pixelUnder(event.clientX, event.clientY, true);
    this.fingers.lift(event.pointerId, phase, phase === 'up' ? at : undefined);
  }
  private scroll(event: WheelEvent): void {
    event.preventDefault();
    if (event.ctrlKey) {
      // Browsers report a touchpad's pinch like this.
      const factor = Math.exp(-event.deltaY / 200);
      this.screen.setZoom(this.screen.zoom() * factor, event.clientX, event.clientY);
      return;
    }
    const at = this.screen.pixelUnder(event.clientX, event.clientY, false);
    if (at === undefined) return;
    const [deltaX, deltaY] = this.screen.direction(event.deltaX, event.deltaY);
    const [dx, dy] = this.wheel.add(deltaX, deltaY, event.deltaMode);
    if (dx !== 0 || dy !== 0) this.send({ kind: 'scroll', at, dx, dy });
  }
}
