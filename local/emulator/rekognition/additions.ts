import { isObject } from '../core/json-lines';
import type { JsonObject } from '../core/json-lines';

/**
 * A line as it is kept: without what the service added when it listed the line, at the four places where it adds something.
 * A line with nothing added is given back as it is.
 */
export function withoutAdditions(line: JsonObject): JsonObject {
  return changed(without(line, (name) => isAddition(name) || name === 'errors' || name === 'warnings'), (member) => {
    if (!isObject(member)) return member;
    return changed(without(member, isAddition), (value, name) => {
      if (name !== 'annotations' || !Array.isArray(value)) return value;
      const items = value.map((item) => isObject(item) ? without(item, isAddition) : item);
      return items.some((item, i) => item !== value[i]) ? items : value;
    });
  });
}

function isAddition(name: string): boolean {
  return name.startsWith('cl-');
}

function without(object: JsonObject, name: (name: string) => boolean): JsonObject {
  const members = Object.entries(object).filter(([member]) => !name(member));
  return members.length === Object.keys(object).length ? object : Object.fromEntries(members);
}

function changed(object: JsonObject, change: (value: unknown, name: string) => unknown): JsonObject {
  const members = Object.entries(object).map(([name, value]) => [name, change(value, name)] as const);
  return members.every(([name, value]) => value === object[name]) ? object : Object.fromEntries(members);
}
