/**
 * The manifest engine: reads JSON Lines manifests as bytes, checks them against the service's rules, rewrites references,
 * compares and cuts. Pure: it knows neither the CDK nor AWS calls nor files, only the bytes it is given.
 */
export * from './diff/chunker';
export * from './diff/line-index';
export * from './diff/listing-index';
export * from './lines/line-splitter';
export * from './lines/output-buffer';
export * from './lines/source-ref';
export * from './lines/written-reference';
export * from './lookoutvision/checker';
export * from './lookoutvision/class-name';
export * from './lookoutvision/inspect-line';
export * from './lookoutvision/limits';
export * from './lookoutvision/mask';
export * from './lookoutvision/rules';
export * from './lookoutvision/stats';
export * from './manifest-pass';
export * from './rekognition/checker';
export * from './rekognition/inspect-line';
export * from './rekognition/inspect-label-attribute';
export * from './rekognition/limits';
export * from './rekognition/rules';
export * from './rekognition/stats';
export * from './rules/finding';
export * from './rules/image-files';
export * from './rules/json-line';
export * from './rules/listed-line';
export * from './rules/printable';
export * from './rules/problem-log';
export * from './rules/problem-text';
export * from './rules/service-rules';
export * from './rules/stated-size';
export * from './split';
