import * as errors from '../../lambda/core/errors';
import * as budgets from '../../lambda/core/time-budget';
import { begin, resume } from '../../lambda/dataset';
import type { Properties } from '../rigs/cloudformation';
import type { HandlerCode } from './in-memory-functions';
import { nextProperties, nextRecord, nextWireVersion, ofNextVersion } from './next-version';

/** A version of the library: the code of its handler, and what its constructs send. */
export interface Version {
  readonly name: string;
  readonly code: HandlerCode;
  send(properties: Properties): Properties;
}

export const THIS: Version = { name: 'this', code: { begin, resume }, send: (properties) => ({ WireVersion: '1', ...properties }) };
export const NEXT: Version = { name: 'next', code: nextCode(), send: ofNextVersion };
export const VERSIONS = [THIS, NEXT];

/** The same handler once more, around other records and properties. Errors are of the stage, which throws and catches them. */
function nextCode(): HandlerCode {
  let code: HandlerCode | undefined;
  jest.isolateModules(() => {
    jest.doMock('../../lambda/core/errors', () => errors);
    jest.doMock('../../lambda/core/time-budget', () => budgets);
    jest.doMock('../../lambda/staging/record', () => nextRecord(jest.requireActual('../../lambda/staging/record')));
    jest.doMock('../../lambda/core/wire-version', () => nextWireVersion(jest.requireActual('../../lambda/core/wire-version')));
    jest.doMock('../../lambda/dataset/desired-state', () => nextProperties(jest.requireActual('../../lambda/dataset/desired-state')));
    code = jest.requireActual('../../lambda/dataset');
  });
  for (const mocked of ['core/errors', 'core/time-budget', 'core/wire-version', 'staging/record', 'dataset/desired-state']) jest.dontMock(`../../lambda/${mocked}`);
  return code!;
}
