/**
 * Formats other than the manifest's own, and what becomes of them. Pure: the bytes and names that are given, no files of this machine.
 */
export * from './class-folders/read';
export * from './conversion-report';
export * from './lookout/convert';
export * from './lookout/image-labels';
export * from './lookout/mask-boxes';
export * from './lookout/mask-pixels';
export * from './lookout/read';
