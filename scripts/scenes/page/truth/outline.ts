/** A point of the picture in pixels, y downwards. */
export type Pixel = readonly [x: number, y: number];

/** The convex outline of `points`, counter-clockwise in a frame whose y points down (Andrew's monotone chain). */
export function convexOutline(points: readonly Pixel[]): Pixel[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (ordered: readonly Pixel[]) => {
    const chain: Pixel[] = [];
    for (const point of ordered) {
      while (chain.length > 1 && turn(chain.at(-2)!, chain.at(-1)!, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

function turn(a: Pixel, b: Pixel, c: Pixel): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

export function outlineArea(outline: readonly Pixel[]): number {
  const twice = outline.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = outline[(i + 1) % outline.length]!;
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

/** Calls `visit` for every pixel whose centre lies inside the convex `outline` and inside the picture. */
export function fillOutline(
  outline: readonly Pixel[],
  width: number,
  height: number,
  visit: (index: number) => void,
): void {
  const heights = outline.map(([, y]) => y);
  const top = Math.max(0, Math.ceil(Math.min(...heights) - 0.5));
  const bottom = Math.min(height - 1, Math.floor(Math.max(...heights) - 0.5));
  for (let row = top; row <= bottom; row++) {
    const [left, right] = spanAt(outline, row + 0.5);
    const from = Math.max(0, Math.ceil(left - 0.5));
    const to = Math.min(width - 1, Math.floor(right - 0.5));
    for (let column = from; column <= to; column++) visit(row * width + column);
  }
}

function spanAt(outline: readonly Pixel[], y: number): [left: number, right: number] {
  let left = Infinity;
  let right = -Infinity;
  outline.forEach((a, i) => {
    const b = outline[(i + 1) % outline.length]!;
    if (a[1] > y === b[1] > y) return;
    const x = a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]);
    left = Math.min(left, x);
    right = Math.max(right, x);
  });
  return [left, right];
}
