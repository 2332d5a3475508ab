import { bundle } from './bundles.mjs';

await Promise.all(['png', 'image-header', 'xml', 'yaml'].map(bundle));
