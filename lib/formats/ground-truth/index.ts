export * from './label-source';
export * from './line';
export * from './mend';
export * from './kinds';
