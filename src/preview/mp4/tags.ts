import { box, fullBox, words } from './box.ts';

export interface Tags {
  readonly title: string | undefined;
  /** ISO 8601 in UTC: the wall-clock time of the first picture. */
  readonly date: string;
}

const TEXT = 1;

/** `udta` with the tags that players show (the iTunes metadata list, which QuickTime, VLC and FFmpeg all read). */
export function tags({ title, date }: Tags): Buffer {
  const handler = fullBox('hdlr', 0, 0, [0], Buffer.from('mdirappl'), [0, 0], Buffer.from([0]));
  const items = [
    ...(title === undefined ? [] : [textItem('\u00a9nam', title)]),
    textItem('\u00a9day', date),
    textItem('\u00a9too', 'Ngatu'),
  ];
  return box('udta', fullBox('meta', 0, 0, handler, box('ilst', ...items)));
}

function textItem(type: string, text: string): Buffer {
  return box(type, box('data', words([TEXT, 0]), Buffer.from(text)));
}
