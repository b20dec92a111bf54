import type { Box, Point } from '#base';

/** What is drawn onto a picture. All places are fractions of it. */
export interface Drawing {
  readonly areas?: readonly DrawnArea[];
  readonly boxes?: readonly DrawnBox[];
  /** Lines of text in the lower left corner: the camera's name, the time, what it is about. */
  readonly caption?: readonly string[];
}

/** A lane or zone. */
export interface DrawnArea {
  readonly polygon: readonly Point[];
  readonly label?: string;
  /** Any CSS colour. */
  readonly colour?: string;
}

export interface DrawnBox {
  readonly box: Box;
  readonly label?: string;
  readonly colour?: string;
}

const AREA_COLOUR = '#35c2ff';
const BOX_COLOUR = '#ffd400';
/** Families with all Vietnamese letters; the first comes with every ffmpeg that apt installs. */
const FONTS = 'DejaVu Sans, Noto Sans, Liberation Sans, sans-serif';
const LINE_HEIGHT = 1.35;
/** Of an average bold letter, in parts of the font size. */
const LETTER_WIDTH = 0.7;

interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly font: number;
  readonly stroke: number;
}

/** The drawing as an SVG of the picture's size. */
export function drawingToSvg(drawing: Drawing, width: number, height: number): string {
  const canvas = { width, height, font: Math.max(11, height / 26), stroke: Math.max(1.5, height / 240) };
  const parts = [
    ...(drawing.areas ?? []).map((area) => areaSvg(area, canvas)),
    ...(drawing.boxes ?? []).map((box) => boxSvg(box, canvas)),
    captionSvg(drawing.caption ?? [], canvas),
  ];
  const attributes = `width="${width}" height="${height}" font-family="${FONTS}" font-size="${canvas.font}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${attributes} font-weight="bold">${parts.join('')}</svg>`;
}

function areaSvg({ polygon, label, colour = AREA_COLOUR }: DrawnArea, canvas: Canvas): string {
  const points = polygon
    .map(({ x, y }) => `${round(x * canvas.width)},${round(y * canvas.height)}`)
    .join(' ');
  const shape = `<polygon points="${points}" fill="${escaped(colour)}" fill-opacity="0.14" stroke="${escaped(colour)}" stroke-width="${canvas.stroke}" stroke-linejoin="round"/>`;
  const centre = polygon.reduce((sum, { x, y }) => ({ x: sum.x + x, y: sum.y + y }), { x: 0, y: 0 });
  const x = (centre.x / polygon.length) * canvas.width - textWidth(label ?? '', canvas) / 2;
  return shape + labelSvg(label, x, (centre.y / polygon.length) * canvas.height, colour, canvas);
}

function textWidth(text: string, canvas: Canvas): number {
  return text.length * canvas.font * LETTER_WIDTH;
}

/** A dark line under the bright one, so that it is seen on any ground. */
function boxSvg({ box, label, colour = BOX_COLOUR }: DrawnBox, canvas: Canvas): string {
  const x = round(box.left * canvas.width);
  const y = round(box.top * canvas.height);
  const size = `width="${round(box.right * canvas.width - x)}" height="${round(box.bottom * canvas.height - y)}"`;
  const line = (stroke: string, width: number) =>
    `<rect x="${x}" y="${y}" ${size} fill="none" stroke="${stroke}" stroke-width="${round(width)}"/>`;
  const above = y - canvas.font * 0.4;
  const textY = above > canvas.font ? above : y + canvas.font * 1.2;
  return (
    line('#000', canvas.stroke * 2.4) +
    line(escaped(colour), canvas.stroke) +
    labelSvg(label, x, textY, colour, canvas)
  );
}

/** Kept inside the picture on the right, as far as the width of text can be known beforehand. */
function labelSvg(label: string | undefined, x: number, y: number, colour: string, canvas: Canvas): string {
  if (label === undefined || label === '') return '';
  const left = Math.max(canvas.font * 0.3, Math.min(x, canvas.width - textWidth(label, canvas)));
  return textSvg(label, left, Math.min(y, canvas.height - canvas.font * 0.3), colour, canvas);
}

function captionSvg(lines: readonly string[], canvas: Canvas): string {
  if (lines.length === 0) return '';
  const height = (lines.length * LINE_HEIGHT + 0.5) * canvas.font;
  const top = canvas.height - height;
  const ground = `<rect x="0" y="${round(top)}" width="${canvas.width}" height="${round(height)}" fill="#000" fill-opacity="0.55"/>`;
  const most = Math.floor(canvas.width / (canvas.font * LETTER_WIDTH));
  const text = lines.map((line, i) => {
    const shown = line.length > most ? `${line.slice(0, most - 1)}…` : line;
    return textSvg(shown, canvas.font * 0.5, top + (i + 1) * LINE_HEIGHT * canvas.font, '#fff', canvas);
  });
  return ground + text.join('');
}

function textSvg(text: string, x: number, y: number, colour: string, canvas: Canvas): string {
  const outline = `stroke="#000" stroke-width="${round(canvas.font / 6)}" stroke-linejoin="round" paint-order="stroke"`;
  return `<text x="${round(x)}" y="${round(y)}" fill="${escaped(colour)}" ${outline}>${escaped(text.normalize('NFC'))}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Names come from configuration and may hold anything; control characters are no XML at all. */
function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (sign) => entities[sign]!).replace(/\p{Cc}/gu, ' ');
}
