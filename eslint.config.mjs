import { builtinModules } from 'node:module';
import stylistic from '@stylistic/eslint-plugin';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { formerNameRule } from './scripts/former-names.mjs';
import { noCircle } from './scripts/no-circle.mjs';
import { roomRules } from './scripts/rooms.mjs';

/** Modules of Node.js go by their `node:` names. */
const bareBuiltins = builtinModules.filter((name) => !name.startsWith('node:')).map((name) => ({ name, message: `Import it as 'node:${name}'.` }));

/** One tool formats and lints: layout by @stylistic, imports by import-x, everything else by typescript-eslint. */
export default tseslint.config(
  { ignores: ['**/node_modules/', 'dist/', 'assets/', 'jsii/', '.local/', '**/cdk.out/', 'coverage/'] },
  tseslint.configs.recommended,
  stylistic.configs.customize({ semi: true, quotes: 'single', indent: 2, braceStyle: '1tbs', arrowParens: true }),
  {
    plugins: { 'import-x': importX, 'rooms': { rules: { 'no-circle': noCircle } } },
    settings: {
      'import-x/extensions': ['.ts', '.mjs', '.js'],
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.mjs', '.js'] })],
    },
    rules: {
      '@stylistic/max-len': ['error', { code: 140, ignoreTemplateLiterals: true, ignoreStrings: true, ignoreRegExpLiterals: true }],
      '@stylistic/max-statements-per-line': 'off',
      '@stylistic/multiline-ternary': 'off',
      '@stylistic/operator-linebreak': ['error', 'before', { overrides: { '=': 'after' } }],
      '@stylistic/quotes': ['error', 'single', { avoidEscape: true, allowTemplateLiterals: 'always' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Under this name, because each room has a `no-restricted-imports` of its own.
      '@typescript-eslint/no-restricted-imports': ['error', { paths: bareBuiltins }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-shadow': 'error',
      'import-x/consistent-type-specifier-style': ['error', 'prefer-top-level'],
      'import-x/no-extraneous-dependencies': 'error',
      'import-x/order': ['error', { groups: ['builtin', 'external', 'parent', 'sibling', 'index'], alphabetize: { order: 'asc' } }],
      'rooms/no-circle': 'error',
    },
  },
  { files: ['**/*.js'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeCheckedOnly],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/unbound-method': ['error', { ignoreStatic: true }],
      // An async function turns what it throws into a rejection, also where nothing is awaited.
      '@typescript-eslint/require-await': 'off',
      // JSON is read as `any`, and checked where it is read.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // A test hands methods of fakes on, runs the code of documents, and prints what the CDK calls `unknown`.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-implied-eval': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['{lib,lambda,local}/**/*.ts'], rules: { 'id-denylist': formerNameRule } },
  roomRules,
);
