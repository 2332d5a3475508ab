import { readFileSync } from 'node:fs';
import { API_MODELS, cut, cutFile, loadModel } from '../../scripts/api-models';
import type { ServiceName } from '../../scripts/api-models';

test.each(Object.keys(API_MODELS) as ServiceName[])('what the emulated %s works by is what the pinned API model says', async (service) => {
  expect(readFileSync(cutFile(service), 'utf8')).toBe(cut(await loadModel(service), API_MODELS[service].operations));
}, 900_000);
