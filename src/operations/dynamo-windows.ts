import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { keys, onCondition, read, type Table } from "./dynamo-table.ts";
import { readAttribute } from "./record.ts";
import type { InLine, OperationStore } from "./store.ts";

/** `underWay` holds ids; `waiters` holds `SINCE/ID`, which sorts as the line stands. DynamoDB has no empty sets: where nobody is, there is no attribute. */
type Line = { underWay: Set<string>; waiters: Set<string> };

const idOf = (place: string): string => place.slice(place.indexOf("/") + 1);

/**
 * One item for all targets, changed by single updates that are safe to repeat: the limit is the condition of the update that lets one in, so it holds however
 * many ask at once. The order is only read before, so of two that ask within the same moment either may be first.
 */
export function createWindowLine(table: Table): Pick<OperationStore, "enterLine" | "leaveLine"> {
  async function stored(): Promise<Line> {
    const item = await read(table, keys.windows);
    const setIn = (name: keyof Line) =>
      item?.[name] === undefined ? new Set<string>() : readAttribute(item, name, z.set(z.string()));
    return { underWay: setIn("underWay"), waiters: setIn("waiters") };
  }

  const update = (
    UpdateExpression: string,
    values: Record<string, unknown>,
    ConditionExpression?: string,
  ): Promise<boolean> =>
    onCondition(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keys.windows,
          UpdateExpression,
          ConditionExpression,
          ExpressionAttributeValues: values,
        }),
      ),
    );

  return {
    async enterLine({ id, since, atOnce }): Promise<InLine> {
      const { underWay, waiters } = await stored();
      if (underWay.has(id)) return { entered: true };
      const place = `${since}/${id}`;
      const ahead = [...waiters].filter((each) => each < place).toSorted();
      const letsIn = { ":id": new Set([id]), ":place": new Set([place]) };
      const ADMIT = "ADD underWay :id DELETE waiters :place";
      if (atOnce === undefined) await update(ADMIT, letsIn);
      if (atOnce === undefined) return { entered: true };
      const isFree = underWay.size + ahead.length < atOnce;
      const condition = "attribute_not_exists(underWay) OR size(underWay) < :atOnce";
      if (isFree && (await update(ADMIT, { ...letsIn, ":atOnce": atOnce }, condition))) return { entered: true };
      if (!waiters.has(place)) await update("ADD waiters :place", { ":place": letsIn[":place"] });
      return { entered: false, underWay: [...underWay], ahead: ahead.map(idOf) };
    },

    async leaveLine(id) {
      const { underWay, waiters } = await stored();
      const places = [...waiters].filter((place) => idOf(place) === id);
      const parts = [...(underWay.has(id) ? ["underWay :id"] : []), ...(places.length > 0 ? ["waiters :places"] : [])];
      if (parts.length === 0) return;
      await update(`DELETE ${parts.join(", ")}`, {
        ...(underWay.has(id) && { ":id": new Set([id]) }),
        ...(places.length > 0 && { ":places": new Set(places) }),
      });
    },
  };
}
