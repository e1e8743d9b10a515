import type { Aws } from "../aws/aws.ts";

/** Everything outside that `init` touches. */
export type InitWorld = {
  aws: Aws;
  /** The account of the credentials. */
  account: () => Promise<string>;
  /** Undefined where there is none. */
  readFile: (path: string) => string | undefined;
  writeFile: (path: string, text: string) => void;
  print: (text: string) => void;
  nowMs: number;
};
