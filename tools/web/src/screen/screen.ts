// The phone's picture on the page: a canvas of exactly the phone's pixels, placed on whole device
// pixels at any zoom and turn.
import type { Point } from '../wire/inputs';
import { fit, pixelAt, turned, unturnedDirection, type Size, type Turns } from './placement';

export const ZOOMS: readonly number[] = [1, 1.5, 2, 3];

export class Screen {
  private readonly pen: CanvasRenderingContext2D;
  private turns: Turns = 0;
  private zoomFactor = 1;
  private room: Size = { width: 0, height: 0 }; // device pixels
  onZoom: () => void = () => undefined;

  // `stage` scrolls, `canvas` is its only child.
  constructor(private readonly stage: HTMLElement, readonly canvas: HTMLCanvasElement) {
    const pen = canvas.getContext('2d', { alpha: false, desynchronized: true });
    if (pen === null) throw new Error('this browser draws no canvas');
    this.pen = pen;
    const observer = new ResizeObserver((entries) => {
      this.room = roomOf(stage, entries[0]?.devicePixelContentBoxSize?.[0]);
      this.place();
    });
    try {
      observer.observe(stage, { box: 'device-pixel-content-box' });
    } catch {
      observer.observe(stage); // Safari knows no device pixels
    }
  }

  setSize(size: Size): void {
    if (this.canvas.width === size.width && this.canvas.height === size.height) return;
    this.canvas.width = size.width;
    this.canvas.height = size.height;
    this.place();
  }
  draw(picture: VideoFrame): void {
    this.setSize({ width: picture.displayWidth, height: picture.displayHeight });
    this.pen.drawImage(picture, 0, 0);
  }

  // Nothing of the phone stays to be seen.
  clear(): void {
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  turn(): void {
    this.turns = ((this.turns + 1) % 4) as Turns;
    this.place();
  }
  zoom(): number {
    return this.zoomFactor;
  }
  // The point of the viewport that is given stays where it is.
  setZoom(zoom: number, aroundX?: number, aroundY?: number): void {
    const before = this.canvas.getBoundingClientRect();
    const x = aroundX ?? before.left + before.width / 2;
    const y = aroundY ?? before.top + before.height / 2;
    const across = (x - before.left) / before.width;
    const down = (y - before.top) / before.height;
    this.zoomFactor = Math.min(Math.max(zoom, 1), ZOOMS.at(-1) ?? 1);
    this.place();
    this.onZoom();
    const after = this.canvas.getBoundingClientRect();
    this.stage.scrollBy(after.left + across * after.width - x, after.top + down * after.height - y);
  }
  nextZoom(): void {
    this.setZoom(ZOOMS.find((zoom) => zoom > this.zoomFactor + 0.01) ?? 1);
  }
  pan(dx: number, dy: number): void {
    this.stage.scrollBy(-dx, -dy);
  }

  // The phone's pixel under a point of the viewport; outside nothing, or the nearest with `clamp`.
  pixelUnder(x: number, y: number, clamp: boolean): Point | undefined {
    const { canvas, turns } = this;
    return pixelAt(canvas, turns, canvas.getBoundingClientRect(), x, y, clamp);
  }
  // A movement on the page, as the phone's picture sees it.
  direction(dx: number, dy: number): readonly [number, number] {
    return unturnedDirection(dx, dy, this.turns);
  }

  private place(): void {
    const { canvas, room, turns } = this;
    if (room.width === 0 || room.height === 0) return;
    const seen = fit(turned(canvas, turns), room, this.zoomFactor);
    const css = (devicePixels: number): string => `${devicePixels / devicePixelRatio}px`;
    // The box turns around its middle, so it is placed as it is before the turn.
    const own = turned(seen, turns);
    canvas.style.width = css(own.width);
    canvas.style.height = css(own.height);
    canvas.style.left = css(seen.left + (seen.width - own.width) / 2);
    canvas.style.top = css(seen.top + (seen.height - own.height) / 2);
    canvas.style.transform = turns === 0 ? '' : `rotate(${90 * turns}deg)`;
    this.stage.classList.toggle('zoomed', this.zoomFactor > 1);
    // What scrolls can be scrolled with the keyboard.
    this.stage.tabIndex = this.zoomFactor > 1 ? 0 : -1;
  }
}

// In device pixels. The browser's own count is exact where a product is not, but it does not follow
// an emulated screen.
function roomOf(stage: HTMLElement, counted: ResizeObserverSize | undefined): Size {
  const width = stage.clientWidth * devicePixelRatio;
  const height = stage.clientHeight * devicePixelRatio;
  const exact = counted !== undefined && Math.abs(counted.inlineSize - width) < 2 &&
    Math.abs(counted.blockSize - height) < 2;
  return exact ? { width: counted.inlineSize, height: counted.blockSize } : { width, height };
}
