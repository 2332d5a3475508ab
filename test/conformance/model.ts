/** An API model as botocore has it, read as it is. */
export interface Model {
  readonly metadata: { readonly protocol: string; readonly targetPrefix?: string; readonly signingName?: string };
  readonly operations: Readonly<Record<string, {
    readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
    readonly input: { readonly shape: string };
    readonly output?: { readonly shape: string };
    readonly errors: readonly { readonly shape: string }[];
  }>>;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

/** Every kind of shape; which members are there depends on the type. */
export interface ModelShape {
  readonly type: 'string' | 'integer' | 'float' | 'boolean' | 'timestamp' | 'blob' | 'list' | 'map' | 'structure';
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, ModelMember>>;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly exception?: boolean;
  readonly fault?: boolean;
  readonly error?: { readonly httpStatusCode: number };
}

export interface ModelMember {
  readonly shape: string;
  readonly location?: 'uri' | 'querystring' | 'header';
  readonly locationName?: string;
}

/** Whether a pattern is for all of a text: the services ask for that, with or without anchors in the pattern. */
export function matchesWholly(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`, pattern.includes('\\p') ? 'u' : '').test(text);
}
