/** What is left of an OperationError where only JSON can pass: a durable step's result, a stored operation, an API answer. */
export type OperationErrorRecord = {
  name: "OperationError";
  code: string;
  message: string;
  hint?: string;
  details?: Record<string, unknown>;
  retryable: boolean;
};

/** An operation could not go on. `code` is stable and in kebab-case; `hint` says what a person can do next; `details` must be JSON. */
export class OperationError extends Error {
  override readonly name = "OperationError";
  readonly code: string;
  readonly hint?: string;
  readonly details?: Record<string, unknown>;
  /** Whether trying the same again may help. Steps try again while it is true; false ends a step, or a poll, at once. */
  readonly retryable: boolean;

  constructor(
    message: string,
    options: {
      code: string;
      hint?: string;
      details?: Record<string, unknown>;
      /** False unless it is given. */
      retryable?: boolean;
      cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.hint = options.hint;
    this.details = options.details;
    this.retryable = options.retryable ?? false;
  }

  /** Any thrown value as an OperationError. Of one that is none, the code is "unexpected" and `details.error` its name. */
  static from(thrown: unknown): OperationError {
    if (thrown instanceof OperationError) return thrown;
    if (!(thrown instanceof Error)) return new OperationError(String(thrown), { code: "unexpected", cause: thrown });
    return new OperationError(thrown.message, { code: "unexpected", details: { error: thrown.name }, cause: thrown });
  }

  toJSON(): OperationErrorRecord {
    const { name, code, message, hint, details, retryable } = this;
    return { name, code, message, hint, details, retryable };
  }

  static fromJSON({ message, code, hint, details, retryable }: OperationErrorRecord): OperationError {
    return new OperationError(message, { code, hint, details, retryable });
  }
}
