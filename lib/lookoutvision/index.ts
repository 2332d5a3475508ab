export * from './dataset';
export * from './project';
