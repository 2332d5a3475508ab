/**
 * The part of an API model that the emulator works by: what its operations take, and what they may refuse with. In the form of
 * botocore's `service-2.json`, from which `scripts/api-models.ts` cuts it.
 */
export interface ApiModel {
  readonly operations: Readonly<Record<string, {
    readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
    readonly input: Reference;
    readonly errors: readonly Reference[];
  }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

interface Reference {
  readonly shape: string;
}

/** A type with its constraints. Lengths of strings are in characters, of blobs in bytes (decoded), of lists and maps in items. */
export interface Shape {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  /** A whole string must match it, with or without anchors of its own. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Of a structure. */
  readonly members?: Readonly<Record<string, Member>>;
  readonly required?: readonly string[];
  /** Of a list. */
  readonly member?: Reference;
  /** Of a map. */
  readonly key?: Reference;
  readonly value?: Reference;
  /** True for what an operation refuses with. */
  readonly exception?: boolean;
  /** True when the service is to blame. */
  readonly fault?: boolean;
  readonly error?: { readonly httpStatusCode: number };
}

export interface Member extends Reference {
  /** Where it travels when that is not the body: `uri`, `querystring` or `header`. */
  readonly location?: string;
  /** Its name there. */
  readonly locationName?: string;
}

/** The shape of an operation's request. */
export function inputOf({ operations, shapes }: ApiModel, operation: string): Shape {
  return shapes[operations[operation].input.shape];
}

/** The exception of this name, if the model has it. */
export function exceptionOf({ shapes }: ApiModel, code: string): Shape | undefined {
  return Object.hasOwn(shapes, code) && shapes[code].exception ? shapes[code] : undefined;
}
