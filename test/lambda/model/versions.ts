import * as errors from '../../../lambda/errors';
import { goOn, start } from '../../../lambda/handler';
import * as slices from '../../../lambda/slice';
import type { Properties } from '../../rigs/cloudformation';
import type { HandlerCode } from './functions';
import { nextProperties, nextRecord, ofNextVersion } from './next-version';

/** A version of the library: the code of its handler, and what its constructs send. */
export interface Version {
  readonly name: string;
  readonly code: HandlerCode;
  send(properties: Properties): Properties;
}

export const THIS: Version = { name: 'this', code: { start, goOn }, send: (properties) => ({ WireVersion: '1', ...properties }) };
export const NEXT: Version = { name: 'next', code: nextCode(), send: ofNextVersion };
export const VERSIONS = [THIS, NEXT];

/** The same handler once more, around other records and properties. Errors are of the stage, which throws and catches them. */
function nextCode(): HandlerCode {
  let code: HandlerCode | undefined;
  jest.isolateModules(() => {
    jest.doMock('../../../lambda/errors', () => errors);
    jest.doMock('../../../lambda/slice', () => slices);
    jest.doMock('../../../lambda/record', () => nextRecord(jest.requireActual('../../../lambda/record')));
    jest.doMock('../../../lambda/properties', () => nextProperties(jest.requireActual('../../../lambda/properties')));
    code = jest.requireActual('../../../lambda/handler');
  });
  for (const mocked of ['errors', 'slice', 'record', 'properties']) jest.dontMock(`../../../lambda/${mocked}`);
  return code!;
}
