/**
 * The manifest engine: reads JSON Lines manifests as bytes, checks them against the service's rules, rewrites references,
 * compares and cuts. Pure: it knows neither the CDK nor AWS calls nor files, only the bytes it is given.
 */
export * from './canonical';
export * from './chunker';
export * from './class-folders';
export * from './convert-classes';
export * from './convert-image';
export * from './convert-losses';
export * from './convert-lookout';
export * from './dataset-tally';
export * from './finding';
export * from './inspect-line';
export * from './line-index';
export * from './lines';
export * from './listing-index';
export * from './lookout-checker';
export * from './lookout-class';
export * from './lookout-line';
export * from './lookout-mask';
export * from './lookout-rules';
export * from './lookout-tally';
export * from './manifest-pass';
export * from './mask-boxes';
export * from './mask-pixels';
export * from './rekognition-checker';
export * from './rekognition-regions';
export * from './rekognition-rules';
export * from './service-members';
export * from './service-rules';
export * from './source-ref';
