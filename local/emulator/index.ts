export { startEmulator, UNLIMITED, type Emulator, type EmulatorOptions, type EmulatorSettings } from './emulator';
export type { Effect, Fault } from './core/faults';
export type { LookoutVisionSettings } from './lookoutvision/settings';
export type { RequestRecord } from './core/request-log';
export type { RekognitionSettings } from './rekognition/settings';
