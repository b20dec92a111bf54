import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { annotate } from './annotate.ts';
import type { RawPicture } from './decode.ts';
import { type Drawing, drawingToSvg } from './drawing.ts';

const grey: RawPicture = { pixels: Buffer.alloc(640 * 360 * 3, 128), width: 640, height: 360 };

async function pixels(drawing: Drawing): Promise<Buffer> {
  return (await annotate(grey, drawing)).pixels;
}

/** How many pixels of a stretch of the picture are no longer the grey they were. */
function changed(picture: Buffer, left: number, top: number, right: number, bottom: number): number {
  let count = 0;
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) if (Math.abs(picture[(y * 640 + x) * 3]! - 128) > 24) count++;
  return count;
}

describe('annotate', () => {
  it('draws a box where it is, and nothing elsewhere', async () => {
    const drawn = await pixels({ boxes: [{ box: { left: 0.25, top: 0.25, right: 0.5, bottom: 0.5 } }] });
    expect(changed(drawn, 156, 86, 324, 184)).toBeGreaterThan(500);
    expect(changed(drawn, 170, 100, 310, 170)).toBe(0);
    expect(changed(drawn, 340, 0, 640, 360)).toBe(0);
  });

  it('draws the outline of a lane, its name and a caption', async () => {
    const polygon = [
      { x: 0.1, y: 0.1 },
      { x: 0.9, y: 0.1 },
      { x: 0.9, y: 0.7 },
    ];
    const bare = await pixels({ areas: [{ polygon }] });
    const named = await pixels({ areas: [{ polygon, label: 'Làn 1' }], caption: ['Bãi Cháy'] });
    expect(changed(named, 200, 60, 560, 200)).toBeGreaterThan(changed(bare, 200, 60, 560, 200) + 100);
    expect(changed(named, 0, 340, 640, 360)).toBeGreaterThan(3000);
  });

  it('has a glyph for each Vietnamese letter', async () => {
    const shape = async (letter: string) => {
      const drawn = await pixels({ caption: [letter] });
      return sharp(drawn, { raw: { width: 640, height: 360, channels: 3 } })
        .extract({ left: 0, top: 335, width: 30, height: 25 })
        .raw()
        .toBuffer();
    };
    // A letter that the font lacks is drawn as a box, the same for all.
    const lacking = await shape('\u{10FFFD}');
    for (const letter of 'ẤẦẨẪẬẮẰẲẴẶẾỀỂỄỆỐỒỔỖỘỚỜỞỠỢỨỪỬỮỰỲỴỶỸĐđơư')
      expect((await shape(letter)).equals(lacking), letter).toBe(false);
  });

  it('takes names that hold anything', async () => {
    const nasty = '<script>"&\'</svg>\u0000\u001b\ud800';
    const label = { label: nasty, colour: '"/><image href="file:///etc/passwd"/>' };
    const drawn = annotate(grey, {
      areas: [{ polygon: [], ...label }],
      boxes: [{ box: { left: -5, top: 2, right: Number.NaN, bottom: 9 }, ...label }],
      caption: [nasty, 'x'.repeat(10_000)],
    });
    await expect(drawn).resolves.toMatchObject({ width: 640, height: 360 });
    expect(
      drawingToSvg({ boxes: [{ box: { left: 0, top: 0, right: 1, bottom: 1 }, ...label }] }, 64, 36),
    ).not.toMatch(/<image|<script/);
  });
});
