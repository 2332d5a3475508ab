import { bundle } from './bundles.mjs';

await Promise.all(['png', 'image-header', 'yaml'].map(bundle));
