import { type OperationEvent, operationEventSchema } from "./event.ts";

/**
 * The event without members that are null where they can only be absent. What is undefined in a list is null once an engine has remembered it, and
 * an event that nobody can read would end the operation where it stands.
 */
export function withoutNulls(event: OperationEvent): OperationEvent {
  const { error } = operationEventSchema.safeParse(event);
  const refused = error?.issues.map(({ path }) => path).filter((path) => memberAt(event, path) === null) ?? [];
  if (refused.length === 0) return event;
  const readable = structuredClone(event);
  for (const path of refused) {
    const holder = memberAt(readable, path.slice(0, -1)) as Record<PropertyKey, unknown>;
    if (!Array.isArray(holder)) delete holder[path.at(-1)!];
  }
  return readable;
}

const memberAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((found, name) => (found as Record<PropertyKey, unknown> | undefined)?.[name], value);
