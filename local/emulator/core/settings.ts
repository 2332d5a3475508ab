/**
 * Takes over the given members of a settings tree, and only members it has, of the same type.
 *
 * @param choices the words a setting may take, by its dotted name
 * @throws Error with a sentence; then nothing was changed
 */
export function changeSettings(settings: object, patch: unknown, choices: Readonly<Record<string, readonly string[]>> = {}): void {
  check(settings, patch, choices, '');
  merge(settings, patch as object);
}

function check(settings: object, patch: unknown, choices: Readonly<Record<string, readonly string[]>>, path: string): void {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) throw new Error(`settings${path && ` of ${path}`} must be an object`);
  for (const [name, value] of Object.entries(patch)) {
    const dotted = path ? `${path}.${name}` : name;
    const current = (settings as Record<string, unknown>)[name];
    if (!Object.hasOwn(settings, name)) throw new Error(`there is no setting '${dotted}'; there are ${Object.keys(settings).join(', ')}`);
    if (typeof current === 'object') check(current as object, value, choices, dotted);
    else if (typeof value !== typeof current) throw new Error(`setting '${dotted}' must be a ${typeof current}`);
    else if (typeof value === 'number' && !(value >= 0)) throw new Error(`setting '${dotted}' must not be negative`);
    else if (choices[dotted] && !choices[dotted].includes(value as string)) {
      throw new Error(`setting '${dotted}' must be one of ${choices[dotted].join(', ')}, not '${value}'`);
    }
  }
}

function merge(settings: object, patch: object): void {
  const target = settings as Record<string, unknown>;
  for (const [name, value] of Object.entries(patch)) {
    if (typeof value === 'object') merge(target[name] as object, value);
    else target[name] = value;
  }
}
