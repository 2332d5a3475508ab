export * from './dataset';
export * from './dataset-options';
export * from './project';
