import type { OperationState } from "../operations/state.ts";
import { type DeploymentStatus, deploymentStatus } from "./deployment-status.ts";
import type { ActionDeps } from "./deps.ts";
import type { Inputs } from "./inputs.ts";
import { CALL_MS, isRefusal, type Octokit, octokitFor, refusalInWords } from "./octokit.ts";
import { type Outcome, operationOf } from "./outcome.ts";
import { ownEnvironment } from "./own-environment.ts";
import { repositoryOf, runUrlOf } from "./workflow-run.ts";

/** The record of an operation among a repository's deployments. Nothing of it ever stops or fails the step. */
export type Deployments = {
  /** Tells of the operation as it is now. Does not wait. */
  onState(operation: OperationState): void;
  /** Tells how the step ended, and waits until it is told, or for as long as that is worth. */
  end(outcome: Outcome): Promise<void>;
  /** The deployment that was recorded or is carried on. */
  readonly id?: number;
};

type Asked = Pick<Inputs, "environment" | "deploymentId" | "githubToken" | "audience" | "work">;
type Options = { inputs: Asked; deps: Pick<ActionDeps, "clock" | "core" | "interruption" | "octokit" | "run"> };

/** GitHub takes 80 changes a minute from an app; whoever looks needs none more often. */
const PAUSE_MS = 5_000;
const END_MS = 20_000;
/** A step that was told to stop has seconds. */
const LAST_MOMENT_MS = 1_500;
const LAST_TRIES = 3;

/** Records nothing where neither an environment nor a deployment is given. */
export function createDeployments({ inputs, deps }: Options): Deployments {
  return inputs.deploymentId !== undefined || (inputs.environment !== undefined && inputs.work.do === "start")
    ? new Recording({ inputs, deps })
    : { onState: () => {}, end: async () => {} };
}

class Recording implements Deployments {
  id?: number;
  readonly #options: Options;
  readonly #ended = new AbortController();
  #octokit?: Octokit;
  #wanted?: DeploymentStatus;
  #told = "";
  #sending?: Promise<void>;
  /** GitHub refused, or records by itself. */
  #silent = false;
  #warned = false;

  constructor(options: Options) {
    this.#options = options;
    const { deploymentId } = options.inputs;
    if (deploymentId !== undefined) this.id = deploymentId;
  }

  onState(operation: OperationState): void {
    this.#want(deploymentStatus(operation), operation);
  }

  async end(outcome: Outcome): Promise<void> {
    const { clock, interruption } = this.#options.deps;
    const operation = operationOf(outcome);
    const isRecorded = this.id !== undefined || this.#sending !== undefined;
    if (operation && isRecorded) this.#want(deploymentStatus(operation), operation);
    if (outcome.kind === "failed" && outcome.doing === "start" && this.id !== undefined)
      this.#want({ state: "error", description: "It did not start" });
    this.#ended.abort(new Error("the step is over"));
    const given = new AbortController();
    const time = interruption.aborted
      ? clock.sleep(LAST_MOMENT_MS, given.signal)
      : clock.sleep(END_MS, AbortSignal.any([given.signal, interruption]));
    await Promise.race([this.#allSent(), time.catch(() => {})]);
    given.abort(new Error("told"));
    this.#silent = true;
  }

  #want(status: DeploymentStatus, operation?: OperationState): void {
    const text = JSON.stringify(status);
    if (this.#silent || text === this.#told) return;
    this.#told = text;
    this.#wanted = status;
    this.#start(operation);
  }

  #start(operation: OperationState | undefined): void {
    this.#sending ??= this.#send(operation).finally(() => {
      this.#sending = undefined;
      if (this.#wanted && !this.#silent) this.#start(operation);
    });
  }

  async #allSent(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  /** One after another, so that an older status never follows a newer one; what is overtaken meanwhile is left out. */
  async #send(operation: OperationState | undefined): Promise<void> {
    const { clock } = this.#options.deps;
    try {
      this.id ??= await this.#create(operation);
      for (let status = this.#next(); status; status = this.#next()) {
        await this.#tell(status);
        await clock.sleep(PAUSE_MS, this.#ended.signal).catch(() => {});
      }
    } catch (error) {
      this.#silent = true;
      this.#warn(error);
    }
  }

  #next(): DeploymentStatus | undefined {
    const status = this.#silent || this.id === undefined ? undefined : this.#wanted;
    this.#wanted = undefined;
    return status;
  }

  async #create(operation: OperationState | undefined): Promise<number | undefined> {
    const { inputs, deps } = this.#options;
    const { environment } = inputs;
    if (!operation || environment === undefined) return undefined;
    if ((await ownEnvironment(inputs.audience, deps.core)) === environment) {
      deps.core.info(`The job runs in the environment ${environment}: GitHub records the deployment itself.`);
      this.#silent = true;
      return undefined;
    }
    const { request } = operation;
    const what = request.procedure === "upgrade" ? { image: request.image } : {};
    const { data } = await (await this.#client()).rest.repos.createDeployment({
      ...repositoryOf(this.#options.deps.run),
      ref: deps.run.sha ?? "",
      task: request.procedure === "rollback" ? "rollback" : "deploy",
      auto_merge: false,
      required_contexts: [],
      environment,
      description: `${request.procedure} of ${operation.target}`.slice(0, 140),
      payload: { operation: operation.id, target: operation.target, procedure: request.procedure, ...what },
      request: { signal: AbortSignal.timeout(CALL_MS) },
    });
    // A merge that was not asked for is answered without an id.
    if (!("id" in data)) throw new Error("expected the id of a deployment in GitHub's answer");
    deps.core.saveState("deploymentId", String(data.id));
    return data.id;
  }

  /** The last word is said again where GitHub was away; any other is overtaken soon. */
  async #tell({ state, description }: DeploymentStatus): Promise<void> {
    const { clock, interruption, run } = this.#options.deps;
    for (let attempt = 1; ; attempt++) {
      try {
        const log_url = runUrlOf(run);
        await (await this.#client()).rest.repos.createDeploymentStatus({
          ...repositoryOf(this.#options.deps.run),
          deployment_id: this.id ?? 0,
          ...{ state, description, ...(log_url !== undefined && { log_url }) },
          request: { signal: AbortSignal.timeout(CALL_MS) },
        });
        return;
      } catch (error) {
        if (isRefusal(error)) throw error;
        if (!this.#ended.signal.aborted || attempt >= LAST_TRIES) return this.#warn(error);
        await clock.sleep(1_000 * attempt, interruption).catch(() => {});
      }
    }
  }

  async #client(): Promise<Octokit> {
    this.#octokit ??= await octokitFor(this.#options);
    return this.#octokit;
  }

  #warn(error: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#options.deps.core.warning(
      `${refusalInWords(error, "deployments: write")} The operation goes on regardless.`,
      {
        title: `Intermission: the deployment is not ${this.id === undefined ? "recorded" : "up to date"}`,
      },
    );
  }
}
