/**
 * A copy of what a service holds, which later changes do not reach: maps, sets, lists and plain objects however they refer to each other.
 * What lives, such as a class's instance or a function, stays the same one, and so does whatever is in `shared`.
 */
export function copyOfState<State>(state: State, shared: readonly unknown[]): State {
  const copies = new Map<unknown, unknown>(shared.map((each) => [each, each]));

  function copy(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    if (Array.isArray(value)) {
      const list: unknown[] = [];
      copies.set(value, list);
      for (const each of value) list.push(copy(each));
      return list;
    }
    if (value instanceof Map) {
      const map = new Map();
      copies.set(value, map);
      for (const [key, each] of value) map.set(copy(key), copy(each));
      return map;
    }
    if (value instanceof Set) {
      const set = new Set();
      copies.set(value, set);
      for (const each of value) set.add(copy(each));
      return set;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return value;
    const object: Record<string, unknown> = {};
    copies.set(value, object);
    for (const [name, each] of Object.entries(value)) object[name] = copy(each);
    return object;
  }
  return copy(state) as State;
}
