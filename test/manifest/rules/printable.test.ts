import { onOneLine, visible } from '../../../lib/manifest';

const UNPRINTABLE = ['\0', '\n', '\u007f', '\u0085', '\u00ad', '\u061c', '\u200b', '\u2028', '\u2029', '\u202e', '\u2060', '\u2065', '\ufeff', '\ud800', '\udfff'];

test.each(UNPRINTABLE)('%j is shown as a JSON escape, and is a space on one line', (character) => {
  expect(visible(`a${character}b`)).toBe(`a\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}b`);
  expect(onOneLine(`a${character}${character} b`)).toBe('a b');
});

test('an invisible character beyond the first plane has two escapes', () => {
  expect(visible('a\u{e0041}b')).toBe('a\\udb40\\udc41b');
  expect(JSON.parse(`"${visible('a\u{e0041}b')}"`)).toBe('a\u{e0041}b');
});

test('letters, marks and emoji stay as they are', () => {
  const text = 'Käfer é 鳥 🐦  x';
  expect(visible(text)).toBe(text);
  expect(onOneLine(text)).toBe('Käfer é 鳥 🐦 x');
});
