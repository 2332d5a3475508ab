export * as lookoutvision from './lookoutvision';
export * as rekognition from './rekognition';
export * from './dataset/dataset-props';
export * from './provider/dataset-provider';
export * from './source/folder-options';
export * from './source/images';
export * from './source/lookout-options';
export * from './source/manifest';
export * from './source/split-options';
