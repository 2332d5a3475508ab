const { projects: [unit], ...config } = require('./jest.config');

/**
 * `npm run coverage`: how much of `lib` and `lambda` the unit tests and the simulated lifecycles reach. What the tests of the built handler
 * and of the local cloud reach runs in other processes and does not count. Each threshold is just below what was measured.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...unit,
  displayName: undefined,
  // Files that no test loads count, too.
  roots: ['<rootDir>/lambda', '<rootDir>/lib', '<rootDir>/test'],
  testPathIgnorePatterns: [
    ...unit.testPathIgnorePatterns.filter((path) => !path.includes('/lifecycle/')), '<rootDir>/test/emulator/', '<rootDir>/test/lifecycle/random-lifecycles',
  ],
  testTimeout: config.testTimeout,
  maxWorkers: 2,
  collectCoverage: true,
  collectCoverageFrom: ['lib/**/*.ts', 'lambda/**/*.ts'],
  coverageReporters: ['text-summary', 'html'],
  coverageThreshold: {
    './lib/': { statements: 99, branches: 97, functions: 99, lines: 99 },
    './lambda/': { statements: 87, branches: 83, functions: 83, lines: 88 },
  },
};
