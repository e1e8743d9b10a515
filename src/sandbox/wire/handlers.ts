import type { AwsError } from "./errors.ts";
import type { Service } from "./service.ts";
import type { Identity } from "./sigv4.ts";

/** Handlers by operation, with the input and output types of the SDK: `Handlers<typeof ecs>`. Each may throw `awsError`. */
export type Handlers<Sdk> = {
  [Name in keyof Sdk as Name extends `${infer Operation}Command` ? Operation : never]?: Sdk[Name] extends new (
    ...args: infer Args
  ) => {
    resolveMiddleware(...args: never): (...args: never) => Promise<{ output: infer Output }>;
  }
    ? (input: NonNullable<Args[0]>, identity: Identity) => Reply<Output> | Promise<Reply<Output>>
    : never;
};
type Reply<Output> = Omit<Output, "$metadata">;

/** Any service's handlers. */
export type HandlerMap = Record<string, ((input: never, identity: Identity) => unknown) | undefined>;

/** A service at the endpoint. An operation without a handler answers 501 and names itself. */
export type Mount = {
  service: Service;
  handlers: HandlerMap;
  /** How this service words absent required members; `createConstraints` has the real wordings. */
  missing?: (paths: string[]) => AwsError;
};
