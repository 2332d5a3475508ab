import { bundle } from './bundles.mjs';

await Promise.all(['csv', 'png', 'image-header', 'xml', 'yaml'].map(bundle));
