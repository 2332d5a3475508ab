// The AWS SDK's reminder of later Node versions says nothing about a test.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** Folders of tests that need the built package, Python, the local cloud or much time. All others are of one room. */
const INTEGRATION = ['bench', 'cloud', 'conformance', 'docs', 'e2e', 'example', 'handler', 'lifecycle', 'package', 'python', 'scripts'];

/** @type {import('jest').Config} */
const project = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Hashes of lines multiply with it: what is global takes long to look up in the context that a test runs in.
  sandboxInjectedGlobals: ['Math'],
  transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
  modulePathIgnorePatterns: ['<rootDir>/\\.local/', '<rootDir>/jsii/'],
};

/** @type {import('jest').Config} */
module.exports = {
  testTimeout: 60_000,
  // Two for the cores, and two that wait for the local cloud.
  maxWorkers: 4,
  testSequencer: '<rootDir>/test/integration-first.js',
  projects: [
    { ...project, displayName: 'unit', testPathIgnorePatterns: INTEGRATION.map((folder) => `<rootDir>/test/${folder}/`) },
    { ...project, displayName: 'integration', roots: INTEGRATION.map((folder) => `<rootDir>/test/${folder}`) },
  ],
};
