/**
 * Formats other than the manifest's own, and the manifest lines that become of them. Pure: it knows the bytes and names that it
 * is given, no files of this machine.
 */
export * from './annotated-image';
export * from './annotation-error';
export * from './class-folders/read';
export * from './coco';
export * from './conversion-report';
export * from './csv';
export * from './folder';
export * from './format';
export * from './ground-truth';
export * from './image-names';
export * from './label-images';
export * from './kinds';
export * from './labeled-image';
export * from './lookout/convert';
export * from './lookout/mask-boxes';
export * from './lookout/mask-pixels';
export * from './manifest-line';
export * from './recognize';
export * from './text-file';
export * from './utc-time';
export * from './voc';
export * from './yolo';
