import * as sdk from "@aws-sdk/client-eventbridge";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { arn, type World } from "../world.ts";
import { invalid, page, type Rule } from "./rule.ts";

export const DEFAULT_BUS = "default";
const NAME = /^[.\-_A-Za-z0-9]{1,256}$/;

type Bus = { name: string; arn: string; description?: string; createdAt: Date };
export type Buses = ReturnType<typeof createBuses>;

/** The account's own bus, and those that were made. */
export function createBuses(world: World, rules: Map<string, Rule>) {
  const buses = new Map<string, Bus>();
  add(DEFAULT_BUS);

  function add(name: string, description?: string): Bus {
    const made = {
      name,
      arn: arn(world, "events", `event-bus/${name}`),
      description,
      createdAt: new Date(world.clock.now()),
    };
    buses.set(name, made);
    return made;
  }
  /** By name or ARN. */
  const find = (bus = DEFAULT_BUS): Bus | undefined => buses.get(bus.replace(/^arn:[^/]*:event-bus\//, ""));
  function required(bus: string | undefined): Bus {
    const found = find(bus);
    if (!found) throw awsError(sdk.ResourceNotFoundException$, `Event bus ${bus} does not exist.`);
    return found;
  }
  const describe = (bus: Bus) => ({
    Name: bus.name,
    Arn: bus.arn,
    Description: bus.description,
    CreationTime: bus.createdAt,
    LastModifiedTime: bus.createdAt,
  });

  const handlers = {
    CreateEventBus({ Name: name = "", Description }) {
      if (!NAME.test(name)) throw invalid(`Value '${name}' at 'name' is no name of an event bus`);
      if (buses.has(name)) throw awsError(sdk.ResourceAlreadyExistsException$, `Event bus ${name} already exists.`);
      return { EventBusArn: add(name, Description).arn, Description };
    },
    DescribeEventBus: ({ Name }) => describe(required(Name)),
    ListEventBuses({ NamePrefix = "", ...paging }) {
      const found = [...buses.values()].filter(({ name }) => name.startsWith(NamePrefix));
      const { items, NextToken } = page(found, paging);
      return { EventBuses: items.map(describe), NextToken };
    },
    /** One that is not there is deleted already. */
    DeleteEventBus({ Name: name = "" }) {
      if (name === DEFAULT_BUS) throw invalid("Cannot delete event bus default.");
      if ([...rules.values()].some(({ bus }) => bus === name))
        throw invalid(`Event bus ${name} can't be deleted since it has rules.`);
      buses.delete(name);
      return {};
    },
  } satisfies Handlers<typeof sdk>;

  return { handlers, find, nameOf: (bus: string | undefined): string => required(bus).name };
}
