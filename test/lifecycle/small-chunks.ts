/** To be imported before everything else: two labelled lines fill a chunk, so that small manifests have several. */
jest.mock('../../lib/manifest/rekognition/limits', () => {
  const limits = jest.requireActual('../../lib/manifest/rekognition/limits');
  return { ...limits, REKOGNITION_LIMITS: { ...limits.REKOGNITION_LIMITS, chunkBytes: 500 } };
});

export {};
