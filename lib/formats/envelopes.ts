/** The upright boxes around other shapes. */

/** Edges, in the units of what they are drawn on. */
export interface Edges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The box around a polygon. @param coordinates of its corners: x, y, x, y, … */
export function polygonEnvelope(coordinates: readonly number[]): Edges {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  coordinates.forEach((value, i) => {
    if (i % 2 === 0) [left, right] = [Math.min(left, value), Math.max(right, value)];
    else [top, bottom] = [Math.min(top, value), Math.max(bottom, value)];
  });
  return { left, top, right, bottom };
}

/** The box around a box that is turned about its center. @param angle in radians */
export function rotatedEnvelope(x: number, y: number, width: number, height: number, angle: number): Edges {
  const [sin, cos] = [Math.abs(Math.sin(angle)), Math.abs(Math.cos(angle))];
  const [across, down] = [(width * cos + height * sin) / 2, (width * sin + height * cos) / 2];
  return { left: x - across, top: y - down, right: x + across, bottom: y + down };
}
