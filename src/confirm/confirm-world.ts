import type { Aws } from "../aws/aws.ts";
import type { Clock } from "../clock.ts";
import type { Ids } from "../operations/operation-id.ts";
import type { OperationStore } from "../operations/store.ts";
import type { Http, ResolveName } from "../targets/http.ts";
import type { LineFile } from "./change-journal.ts";

/** Everything outside that `confirm` touches. */
export type ConfirmWorld = {
  aws: Aws;
  http: Http;
  resolveName: ResolveName;
  clock: Clock;
  ids: Ids;
  storeOf: (table: string) => OperationStore;
  /** The account and the ARN of the credentials. */
  caller: () => Promise<{ account: string; arn: string }>;
  /** Undefined where there is none. */
  readFile: (path: string) => string | undefined;
  writeFile: (path: string, text: string) => void;
  lineFile: (path: string) => LineFile;
  /** Journals of runs that were killed and not put back, where runs write theirs. */
  leftJournals: () => string[];
  print: (text: string) => void;
  /** Aborts when somebody interrupts. */
  signal: AbortSignal;
};
