// Where a picture stands on the page, and which of its pixels lies under a point.
import type { Point } from '../wire/inputs';

export interface Size {
  readonly width: number;
  readonly height: number;
}
// Of the page or of the viewport; the caller uses one of them throughout.
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}
// Quarter turns, clockwise.
export type Turns = 0 | 1 | 2 | 3;

export function turned(size: Size, turns: Turns): Size {
  return turns % 2 === 0 ? size : { width: size.height, height: size.width };
}

// As large as fits, sides in proportion, in the middle; whole device pixels. Zoomed it may be
// larger than the room, and then begins at its corner, as one scrolls there.
export function fit(picture: Size, room: Size, zoom = 1): Box {
  const scale = Math.min(room.width / picture.width, room.height / picture.height) * zoom;
  const width = Math.max(1, Math.floor(picture.width * scale + 1e-6));
  const height = Math.max(1, Math.floor(picture.height * scale + 1e-6));
  return {
    width,
    height,
    left: Math.max(0, Math.floor((room.width - width) / 2)),
    top: Math.max(0, Math.floor((room.height - height) / 2)),
  };
}

// Divisions leave a point a hair's breadth before the pixel that it is on.
const HAIR_PX = 1 / 64;

// The pixel of the picture (not turned) under a point of the box in which it is seen (turned).
// Outside: nothing, or with `clamp` the nearest pixel.
export function pixelAt(picture: Size, turns: Turns, seen: Box, x: number, y: number,
                        clamp: boolean): Point | undefined {
  if (seen.width <= 0 || seen.height <= 0) return undefined;
  const across = (x - seen.left) / seen.width;
  const down = (y - seen.top) / seen.height;
  const [u, v] = unturned(across, down, turns);
  const px = Math.floor(u * picture.width + HAIR_PX);
  const py = Math.floor(v * picture.height + HAIR_PX);
  const inside = px >= 0 && py >= 0 && px < picture.width && py < picture.height;
  if (!inside && !clamp) return undefined;
  return {
    x: Math.min(Math.max(px, 0), picture.width - 1),
    y: Math.min(Math.max(py, 0), picture.height - 1),
  };
}

// A direction on the page, as the picture sees it.
export function unturnedDirection(dx: number, dy: number, turns: Turns): readonly [number, number] {
  const directions = [[dx, dy], [dy, -dx], [-dx, -dy], [-dy, dx]] as const;
  return directions[turns];
}

function unturned(across: number, down: number, turns: Turns): readonly [number, number] {
  const places = [
    [across, down], [down, 1 - across], [1 - across, 1 - down], [1 - down, across],
  ] as const;
  return places[turns];
}
