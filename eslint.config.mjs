import stylistic from '@stylistic/eslint-plugin';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { noCircle } from './scripts/no-circle.mjs';
import { roomRules } from './scripts/rooms.mjs';

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
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'rooms/no-circle': 'error',
    },
  },
  { files: ['**/*.js'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  roomRules,
  { files: ['lib/inputs/**', 'lambda/**'], rules: { 'rooms/no-circle': 'off' } },
);
