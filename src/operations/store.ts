import type { OperationEvent, OperationFact } from "./event.ts";
import type { JournalEntry } from "./journal.ts";
import type { Listed, ListedOperation } from "./listed.ts";
import type { Identity, OperationRequest } from "./operation.ts";
import type { OperationState } from "./state.ts";

/** Where operations are kept. One DynamoDB table in production (dynamo-store.ts); every method is safe to call again. */
export type OperationStore = {
  /**
   * Takes the target's lock and records the operation, in that order, under the caller's idempotency key.
   * - `created`: it is new
   * - `repeated`: the same key and the same request came before; this is what it started
   * - `conflicting-key`: the same key came with another request
   * - `locked`: another operation is active on the target
   */
  create(operation: NewOperation): Promise<CreateOutcome>;
  get(id: string): Promise<OperationState | undefined>;
  /** The newest first, a hundred unless said otherwise, all of them older than `before`. Throws an UnreadableRecordError where one cannot be read. */
  list(target: string, options?: { limit?: number; before?: string }): Promise<ListedOperation[]>;
  /** The same, with those in their places that cannot be read. */
  listEach(target: string, options?: { limit?: number; before?: string }): Promise<Listed[]>;
  /** Appends in order; facts whose key the log has already are skipped. Answers the state after. */
  append(id: string, facts: OperationFact[]): Promise<OperationState>;
  /** All that happened, oldest first. It is as long as the operation: not for what many ask, or ask again and again. */
  events(id: string): Promise<OperationEvent[]>;
  /**
   * The events with a number above `after` and not above `until`, oldest first: the first `limit` of them, and no more than an answer of the API can
   * carry. What this process has seen up to there is not read again.
   */
  eventsBetween(id: string, page: { after: number; until: number; limit: number }): Promise<OperationEvent[]>;
  /** The target's configuration that the operation runs on. */
  configuration(id: string): Promise<unknown>;
  /** Writes the entry unless one of that name exists; answers the one that is stored. */
  journal(id: string, entry: JournalEntry): Promise<JournalEntry>;
  journalEntries(id: string): Promise<JournalEntry[]>;
  markUndone(id: string, name: string, at: string): Promise<void>;
  /** The operation that holds the target's lock. */
  lockHolder(target: string): Promise<string | undefined>;
  /** Releases the lock if this operation holds it. */
  unlock(target: string, id: string): Promise<void>;
  /** Read before every mutation: the operation's epoch, which `restore` raises, and the newest decision. */
  control(id: string): Promise<Control>;
  /** Raises the epoch from the one given, once however often it is asked; answers the epoch that is now. */
  raiseEpoch(id: string, from: number): Promise<number>;
  /** Keeps, under a name, what another run would need to go on; the last one stays. Never shown to anybody: it may be secret. */
  keep(id: string, name: string, value: unknown): Promise<void>;
  kept(id: string): Promise<Record<string, unknown>>;
  /** The secret that links are signed with: 32 random bytes, made when first asked for and the same for everybody from then on. */
  signingKey(): Promise<Uint8Array>;
  /** Whether it is the caller's turn to look at a target: one caller's in so long a time, however many there are in however many processes. */
  takeTurn(target: string, everyMs: number): Promise<boolean>;
  /** Keeps for all what was seen of a target, in the place of what was seen before. */
  note(target: string, value: unknown): Promise<void>;
  noted(target: string): Promise<unknown>;
  /**
   * Lets the operation in where fewer than `atOnce` are, or at once without that, and else puts it into the line, by `since` (ISO 8601) and id. Whoever leaves gives
   * a place back, in the line or past it.
   */
  enterLine(turn: { id: string; since: string; atOnce: number | undefined }): Promise<InLine>;
  leaveLine(id: string): Promise<void>;
  /** Records the callback that a waiting operation can be woken by. */
  setCallback(id: string, callbackId: string | undefined): Promise<void>;
};

/** Ids of those that are let in, and of those in the line who come first. */
export type InLine = { entered: true } | { entered: false; underWay: string[]; ahead: string[] };

export type NewOperation = {
  id: string;
  target: string;
  request: OperationRequest;
  requestedBy: Identity;
  /** The target's configuration as it is now; the operation runs on this, whatever the file says later. */
  configuration: unknown;
  idempotencyKey: string;
};
export type CreateOutcome =
  | { outcome: "created"; operation: OperationState }
  | { outcome: "repeated"; operation: OperationState }
  | { outcome: "conflicting-key"; operationId: string }
  | { outcome: "locked"; holder: string };
export type Control = {
  epoch: number;
  configuration: unknown;
  callbackId?: string;
  decision?: OperationState["decision"];
};
