export * as rekognition from './rekognition';
export * from './provider/dataset-provider';
export * from './source/images';
export * from './source/manifest';
