import { ListingIndex } from '../../../lib/manifest';
import { file, label, run } from '../passes';
import { BOXED, CLASSIFIED } from '../samples';

const listed = (text: string) => JSON.stringify({ ...JSON.parse(text), 'cl-metadata': { is_labeled: true }, 'cl-errors': [{ code: 'E', message: 'm' }] });

test('a manifest that the service lists back unchanged has nothing to send', () => {
  const other = BOXED.replace('a.jpg', 'b.jpg').replace('"left":10', '"left":10.0');
  const listing = new ListingIndex();

  expect([CLASSIFIED, other].map((text) => listing.add(listed(text)))).toEqual([CLASSIFIED, BOXED.replace('a.jpg', 'b.jpg')]);

  const { summary, changed } = run(file([other, CLASSIFIED]), { previous: listing.build(), previousIsCanonical: true });
  expect(summary.diff).toEqual({ added: 0, changed: 0, unchanged: 2, removed: [], chunks: [] });
  expect(changed).toBe('');
});

test('a changed, a new and a vanished entry', () => {
  const listing = new ListingIndex();
  for (const name of ['a', 'b', 'c']) listing.add(listed(label('old', `s3://imgs/${name}.jpg`)));

  const now = [label('new', 's3://imgs/c.jpg'), label('old', 's3://imgs/d.jpg'), label('old', 's3://imgs/a.jpg')];
  const { summary, changed } = run(file(now), { previous: listing.build(), previousIsCanonical: true });
  expect(summary.diff).toMatchObject({ added: 1, changed: 1, unchanged: 1, removed: [1] });
  expect(changed).toBe(file(now.slice(0, 2)));
});
