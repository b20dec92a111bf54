import { expect, it } from 'vitest';
import { hasHiddenSecrets, withoutSecrets, withSecrets } from './secrets.ts';

const text = `# the city
credentials:
  city: {user: admin, password: "p@ss: word!"}
  port: {user: admin, password: "\${PORT_PASSWORD}"}
cameras:
  - id: a
    credentials: {user: root, password: ^one}   # its own
  - {id: b, credentials: {user: root, password: two}}
`;

it('hides passwords and leaves everything else as it was', () => {
  const shown = withoutSecrets(text);
  expect(shown).not.toMatch(/p@ss|\^one|two/);
  expect(shown).toContain('PORT_PASSWORD}');
  expect(shown).toContain('# its own');
  expect(shown.split('\n')).toHaveLength(text.split('\n').length);
  expect(hasHiddenSecrets(shown)).toBe(true);
});

it('puts them back, also when cameras were added before or moved', () => {
  expect(withSecrets(withoutSecrets(text), text)).toBe(
    text.replace('^one', '"^one"').replace('two', '"two"'),
  );
  const moved = `cameras:\n  - {id: new, name: x}\n  - {id: b, credentials: {user: root, password: "[secret]"}}\n`;
  expect(withSecrets(moved, text)).toContain('password: "two"');
});

it('leaves a hidden password that was never known, so that it is noticed', () => {
  const invented = 'credentials:\n  other: {user: x, password: "[secret]"}\n';
  expect(hasHiddenSecrets(withSecrets(invented, text))).toBe(true);
});
