import fc from "fast-check";
import type { Item } from "../../src/operations/dynamo-table.ts";
import { json, nearly } from "./anything.ts";

/** The attributes of each kind of record that hold a JSON document. */
const DOCUMENTS = ["event", "entry", "value", "configuration", "requested", "listed"];

/** A record that is not what was written: a document cut short or changed, an attribute gone or of another kind, a format that is yet to come. */
export function brokenRecords(item: Item): fc.Arbitrary<Item> {
  const attributes = Object.keys(item).filter((name) => name !== "pk" && name !== "sk");
  const anywhere = fc.constantFrom(...attributes);
  const documents = attributes.filter((name) => DOCUMENTS.includes(name) && typeof item[name] === "string");
  const ways: fc.Arbitrary<Item>[] = [
    anywhere.map((name) => without(item, name)),
    fc
      .tuple(anywhere, fc.constantFrom<unknown[]>(null, true, 0, -1, "", "x", [], {}, new Uint8Array([1, 2, 3])))
      .map(([name, value]) => ({
        ...item,
        [name]: value,
      })),
    anywhere.map((name) => ({ ...item, [name]: "{", [`${name}Packed`]: new Uint8Array([31, 139, 8, 0]) })),
  ];
  if (item.sk === "meta") ways.push(fc.integer({ min: 2, max: 9 }).map((format) => ({ ...item, format })));
  if (documents.length > 0) {
    const document = fc.constantFrom(...documents);
    ways.push(
      fc.tuple(document, fc.double({ min: 0, max: 0.99, noNaN: true })).map(([name, part]) => {
        const text = item[name] as string;
        return { ...item, [name]: text.slice(0, Math.floor(text.length * part)) };
      }),
      document.chain((name) =>
        fc
          .oneof(nearly(JSON.parse(item[name] as string)), json)
          .map((value) => ({ ...item, [name]: JSON.stringify(value) })),
      ),
    );
  }
  return fc.oneof(...ways);
}

const without = (item: Item, name: string): Item => {
  const { [name]: _gone, ...rest } = item;
  return rest as Item;
};
