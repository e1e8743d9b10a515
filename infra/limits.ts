import { Duration } from "aws-cdk-lib";

/** An HTTP API gives up after 30 seconds; a long poll asks for 20 at most. */
export const API_TIMEOUT = Duration.seconds(29);

/** Short, because whoever takes over from a run waits for it: nothing else keeps a last invocation of a dead run from acting. */
export const RUNBOOK_TIMEOUT = Duration.seconds(120);
export const ENDED_RUNS_TIMEOUT = Duration.seconds(30);
export const ANNOUNCE_TIMEOUT = Duration.seconds(30);
export const WATCH_TIMEOUT = Duration.seconds(45);

/**
 * Far above every deadline of ours, since Lambda ends an execution at it without running any of our code; and so far, because an operation
 * may be asked for weeks before it is to begin (`notBefore`), and a held one waits for people. AWS allows 366 days.
 */
export const EXECUTION_TIMEOUT = Duration.days(31);
/** How long Lambda keeps the history of a run that is over. The operation's own log stays in the table. */
export const EXECUTION_RETENTION = Duration.days(30);

/** A run that could not be started for so long comes to the dead-letter queue, and is started anew from there. */
export const LATEST_START = Duration.minutes(15);
