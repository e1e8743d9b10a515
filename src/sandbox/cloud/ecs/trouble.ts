import type { LastStatus, Task } from "./task.ts";

/** What goes wrong in ECS by itself, each until it is taken back. */
export type Trouble = {
  /** Neither Fargate nor Spot has room for another task. */
  noCapacity?: boolean;
  /** No image can be pulled. */
  cannotPull?: boolean;
  /** Tasks that would leave these statuses stay in them. */
  stuckIn?: Passing[];
};
/** Statuses that a task leaves by itself once some time has passed. */
export type Passing = Extract<LastStatus, "PROVISIONING" | "PENDING" | "DEPROVISIONING">;

/** As the events of services and the failures of RunTask word it. */
export const NO_CAPACITY =
  "Capacity is unavailable at this time. Please try again later or in a different availability zone";

export type Troubles = {
  now: Readonly<Trouble>;
  set(trouble: Trouble): void;
  /** Goes on with a task that has been in a status for its time, at once or when that is no longer stuck. */
  leave(task: Task, status: Passing, goOn: () => void): void;
};

export function createTroubles(): Troubles {
  const now: Trouble = {};
  let waiting: { task: Task; status: Passing; goOn: () => void }[] = [];
  return {
    now,
    set(trouble) {
      Object.assign(now, trouble);
      const released = waiting.filter(({ status }) => !now.stuckIn?.includes(status));
      waiting = waiting.filter((each) => !released.includes(each));
      // A task that was told to stop meanwhile has gone another way.
      for (const { task, status, goOn } of released) if (task.lastStatus === status) goOn();
    },
    leave(task, status, goOn) {
      if (now.stuckIn?.includes(status)) waiting.push({ task, status, goOn });
      else goOn();
    },
  };
}
