/**
 * Cuts what the emulator works by out of the API models of AWS, which the pinned botocore packages carry:
 * `npx tsx scripts/api-models.ts`, after an operation was added or a package was updated.
 */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OPERATIONS as LOOKOUT_OPERATIONS } from '../local/emulator/lookoutvision/operations';
import { OPERATIONS as REKOGNITION_OPERATIONS } from '../local/emulator/rekognition/operations';
import { ensureVenv } from '../local/venv';

const ROOT = join(__dirname, '..');

/** Where each model comes from. Of Lookout for Vision it is the last botocore that knew the service. */
export const API_MODELS = {
  rekognition: { version: '2016-06-27', venv: 'boto3', operations: Object.keys(REKOGNITION_OPERATIONS) },
  lookoutvision: { version: '2020-11-20', venv: 'lookoutvision-sdk', operations: Object.keys(LOOKOUT_OPERATIONS) },
} as const;

export type ServiceName = keyof typeof API_MODELS;

/** The file that holds what was cut out of a model. */
export function cutFile(service: ServiceName): string {
  return join(ROOT, 'local', 'emulator', service, 'api-model.json');
}

/** The whole model of a service as botocore has it. */
export async function loadModel(service: ServiceName): Promise<any> {
  const { version, venv } = API_MODELS[service];
  const python = await ensureVenv(join(ROOT, '.local', `${venv}-venv`), join(ROOT, 'test', 'rigs', venv, 'requirements.txt'));
  const program = 'import json, sys\n'
    + 'from botocore.loaders import Loader\n'
    + 'print(json.dumps(Loader(include_default_search_paths=False, extra_search_paths=[Loader.BUILTIN_DATA_PATH])'
    + '.load_service_model(sys.argv[1], "service-2", sys.argv[2])))';
  const { stdout } = await promisify(execFile)(python, ['-B', '-c', program, service, version], { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout);
}

/** The text of the file: the given operations with the shapes of their requests and errors, without documentation. */
export function cut(model: any, operations: readonly string[]): string {
  const shapes: Record<string, any> = {};
  const take = (name: string) => {
    if (shapes[name]) return;
    const shape = shapes[name] = model.shapes[name];
    const inside = [...Object.values<any>(shape.members ?? {}), shape.member, shape.key, shape.value];
    for (const reference of inside) if (reference) take(reference.shape);
  };
  const kept = operations.map((name) => {
    const { http, input, errors } = model.operations[name];
    for (const { shape } of [input, ...errors]) take(shape);
    return [name, { http, input, errors }] as const;
  });
  const byName = Object.keys(shapes).sort().map((name) => [name, shapes[name]] as const);
  return `{\n"operations": ${lines(kept)},\n"shapes": ${lines(byName)}\n}\n`;
}

/** An object as JSON, a member a line. */
function lines(members: readonly (readonly [string, unknown])[]): string {
  const withoutDocumentation = (key: string, value: unknown) => key === 'documentation' ? undefined : value;
  return `{\n${members.map(([name, value]) => `  "${name}": ${JSON.stringify(value, withoutDocumentation)}`).join(',\n')}\n}`;
}

if (require.main === module) {
  void (async () => {
    for (const service of Object.keys(API_MODELS) as ServiceName[]) {
      await writeFile(cutFile(service), cut(await loadModel(service), API_MODELS[service].operations));
    }
  })();
}
