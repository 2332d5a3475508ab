export * as rekognition from './rekognition';
export * from './provider/dataset-provider';
export * from './source/folder-options';
export * from './source/images';
export * from './source/lookout-options';
export * from './source/manifest';
