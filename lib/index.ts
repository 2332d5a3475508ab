export * as rekognition from './rekognition';
