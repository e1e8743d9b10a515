import type * as lambda from "@aws-sdk/client-lambda";
import { type CreateEventSourceMappingRequest, ResourceNotFoundException$ } from "@aws-sdk/client-lambda";
import { awsError } from "../../wire/errors.ts";
import type { Handlers } from "../../wire/handlers.ts";
import { problemOfPattern } from "../eventbridge/event-pattern.ts";
import type { StreamSource } from "../seams.ts";
import type { World } from "../world.ts";
import type { FunctionRegistry } from "./functions.ts";
import type { RunFunction } from "./invocations.ts";
import { readStream } from "./stream-reader.ts";
import { createUuid } from "./uuid.ts";
import { invalid } from "./validate-update.ts";

type Mapping = { UUID: string; EventSourceArn: string; FunctionArn: string; BatchSize: number; State: "Enabled" };

/** The mappings of DynamoDB's streams to functions. Of other event sources there is none here. */
export function createEventSourceMappings(context: {
  world: World;
  registry: FunctionRegistry;
  streams: StreamSource;
  run: RunFunction;
}) {
  const { world, registry } = context;
  const mappings: Mapping[] = [];
  const stops: (() => void)[] = [];

  const handlers = {
    CreateEventSourceMapping(input) {
      const { EventSourceArn = "", FunctionName } = input;
      const resolved = registry.resolve(FunctionName);
      const filters = patternsOf(input);
      if (!input.StartingPosition) throw invalid("Starting position is required for a stream.");
      const stop = readStream(context, { ...input, EventSourceArn, filters, resolved });
      if (!stop) throw awsError(ResourceNotFoundException$, `Stream not found: ${EventSourceArn}`);
      stops.push(stop);
      const mapping: Mapping = {
        UUID: createUuid(world.ids),
        EventSourceArn,
        FunctionArn: registry.arn(resolved.definition.functionName, resolved.qualifier),
        BatchSize: input.BatchSize ?? 100,
        State: "Enabled",
      };
      mappings.push(mapping);
      return mapping;
    },
    ListEventSourceMappings: ({ EventSourceArn, FunctionName }) => ({
      EventSourceMappings: mappings.filter(
        (mapping) =>
          (!EventSourceArn || mapping.EventSourceArn === EventSourceArn) &&
          (!FunctionName || mapping.FunctionArn.split(":function:")[1]?.startsWith(FunctionName)),
      ),
    }),
  } satisfies Handlers<typeof lambda>;

  return {
    handlers,
    stop() {
      for (const stop of stops) stop();
    },
  };
}

/** A record must match one of them, where there are any. */
function patternsOf({ FilterCriteria }: Pick<CreateEventSourceMappingRequest, "FilterCriteria">): object[] {
  return (FilterCriteria?.Filters ?? []).map(({ Pattern = "" }) => {
    const wrong = problemOfPattern(Pattern);
    if (wrong) throw invalid(`Invalid filter pattern definition. ${wrong}`);
    return JSON.parse(Pattern) as object;
  });
}
