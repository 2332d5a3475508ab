/** To be imported before everything else: two labelled lines fill a chunk, so that small manifests have several. */
jest.mock('../../lib/manifest/rekognition/rules', () => {
  const rules = jest.requireActual('../../lib/manifest/rekognition/rules');
  return { ...rules, REKOGNITION_LIMITS: { ...rules.REKOGNITION_LIMITS, chunkBytes: 500 } };
});

export {};
