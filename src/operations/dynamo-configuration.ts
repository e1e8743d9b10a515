import { UnknownOperationError } from "./dynamo-log.ts";
import { configurationIn } from "./dynamo-meta.ts";
import { keys, read, type Table } from "./dynamo-table.ts";

const REMEMBERED = 100;

/** The configurations that operations run on. They never change, so what was read once need not be read again. */
export function createConfigurations(table: Table): { of(id: string): Promise<unknown> } {
  const remembered = new Map<string, unknown>();
  return {
    async of(id) {
      if (remembered.has(id)) return remembered.get(id);
      const meta = await read(table, keys.meta(id));
      if (!meta) throw new UnknownOperationError(id);
      const configuration = configurationIn(meta);
      remembered.set(id, configuration);
      const oldest = remembered.size > REMEMBERED ? remembered.keys().next().value : undefined;
      if (oldest !== undefined) remembered.delete(oldest);
      return configuration;
    },
  };
}
