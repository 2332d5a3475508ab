import { bundle } from './bundles.mjs';

await bundle('dataset-handler');
