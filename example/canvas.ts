import { PNG } from 'pngjs';

const { abs, cos, hypot, max, min, round, sin, sqrt } = Math;

export type Colour = readonly [red: number, green: number, blue: number];

/** Distance in pixels of a point from a shape's edge, negative inside. */
export type Shape = (x: number, y: number) => number;

/** A box in whole pixels, as annotations have it. */
export interface Box { readonly left: number; readonly top: number; readonly width: number; readonly height: number }

/** An RGB picture that shapes are painted on. */
export class Canvas {
  private readonly pixels: Float64Array;

  constructor(public readonly width: number, public readonly height: number, background: (x: number, y: number) => Colour) {
    this.pixels = new Float64Array(width * height * 3);
    this.paint(() => -1, background);
  }

  /**
   * Paints a shape with soft edges.
   *
   * @returns the box around every pixel that is at least half covered
   */
  public paint(shape: Shape, colour: (x: number, y: number) => Colour, opacity = 1): Box {
    let [left, top, right, bottom] = [this.width, this.height, -1, -1];
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        const coverage = min(1, max(0, 0.5 - shape(x + 0.5, y + 0.5)));
        if (coverage === 0) continue;
        if (coverage >= 0.5) [left, top, right, bottom] = [min(left, x), min(top, y), max(right, x), max(bottom, y)];
        const wanted = colour(x, y);
        const at = (y * this.width + x) * 3;
        for (let i = 0; i < 3; i++) this.pixels[at + i] += (wanted[i] - this.pixels[at + i]) * coverage * opacity;
      }
    }
    return { left, top, width: right - left + 1, height: bottom - top + 1 };
  }

  /** The picture as a PNG file. Few shades a channel keep it small. */
  public toPng(): Buffer {
    const png = new PNG({ width: this.width, height: this.height });
    for (let i = 0; i < this.width * this.height; i++) {
      for (let channel = 0; channel < 3; channel++) {
        png.data[i * 4 + channel] = min(255, max(0, round(this.pixels[i * 3 + channel] / 6) * 6));
      }
      png.data[i * 4 + 3] = 255;
    }
    return PNG.sync.write(png, { colorType: 2, deflateLevel: 9 });
  }
}

export const circle = (radius: number): Shape => (x, y) => hypot(x, y) - radius;

export const rectangle = (width: number, height: number, corner = 0): Shape => (x, y) => {
  const dx = abs(x) - width / 2 + corner;
  const dy = abs(y) - height / 2 + corner;
  return hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - corner;
};

/** A regular hexagon by the radius of the circle inside it. */
export const hexagon = (radius: number): Shape => (x, y) =>
  max(abs(y), abs(x) * sqrt(3) / 2 + abs(y) / 2) - radius;

export const either = (...shapes: Shape[]): Shape => (x, y) => min(...shapes.map((shape) => shape(x, y)));

export const without = (shape: Shape, hole: Shape): Shape => (x, y) => max(shape(x, y), -hole(x, y));

export const moved = (shape: Shape, dx: number, dy: number): Shape => (x, y) => shape(x - dx, y - dy);

/** @param angle radians */
export const turned = (shape: Shape, angle: number): Shape => {
  const [s, c] = [sin(angle), cos(angle)];
  return (x, y) => shape(x * c + y * s, y * c - x * s);
};
