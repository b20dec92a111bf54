import { describe, expect, it } from 'vitest';
import { csv } from './csv.ts';

describe('CSV', () => {
  it('quotes what must be quoted, and lets no text become a formula', async () => {
    const rows = ['plain', 'a,b', 'say "x"', 'two\nlines', '=1+1', '-5', undefined];
    const pages = (async function* () {
      yield rows;
      yield [];
    })();
    let text = '';
    for await (const piece of csv(
      [
        ['text', (row: string | undefined) => row],
        ['n', () => -1.5],
      ],
      pages,
    ))
      text += piece;
    expect(text).toBe(
      'text,n\r\nplain,-1.5\r\n"a,b",-1.5\r\n"say ""x""",-1.5\r\n"two\nlines",-1.5\r\n\'=1+1,-1.5\r\n\'-5,-1.5\r\n,-1.5\r\n',
    );
  });
});
