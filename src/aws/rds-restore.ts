import {
  CreateDBInstanceCommand,
  type CreateDBInstanceCommandInput,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  ModifyDBClusterCommand,
  type ModifyDBClusterCommandInput,
  ModifyDBInstanceCommand,
  type ModifyDBInstanceCommandInput,
  type RDSClient,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from "@aws-sdk/client-rds";
import { isAwsError } from "./errors.ts";
import { type ModifyInput, type NewDatabase, restoreClusterInput, restoreInstanceInput } from "./rds-restore-inputs.ts";
import type { DatabaseKind, DatabaseRef } from "./rds-shapes.ts";

const WRONG_STATE = [
  "InvalidDBInstanceState",
  "InvalidDBInstanceStateFault",
  "InvalidDBClusterState",
  "InvalidDBClusterStateFault",
];
const EXISTS = [
  "DBInstanceAlreadyExists",
  "DBInstanceAlreadyExistsFault",
  "DBClusterAlreadyExistsFault",
  "DBClusterAlreadyExists",
];
const NOT_FOUND = ["DBInstanceNotFoundFault", "DBInstanceNotFound", "DBClusterNotFoundFault", "DBClusterNotFound"];

export type Created = "created" | "exists";
/** `not-now`: it is in a state in which it takes no change. `gone`: nothing has that name (any more). `exists`: the new name is taken. */
export type Modified = "done" | "not-now" | "gone" | "exists";

/** Changes to databases: RDS has two of each operation, of instances and of clusters. Whose a database is, the caller finds out. */
export function createRdsRestore(client: RDSClient) {
  async function creating(run: () => Promise<unknown>): Promise<Created> {
    try {
      await run();
      return "created";
    } catch (error) {
      if (isAwsError(error, ...EXISTS)) return "exists";
      throw error;
    }
  }

  async function changing(run: () => Promise<unknown>): Promise<Modified> {
    try {
      await run();
      return "done";
    } catch (error) {
      if (isAwsError(error, ...WRONG_STATE)) return "not-now";
      if (isAwsError(error, ...NOT_FOUND)) return "gone";
      if (isAwsError(error, ...EXISTS)) return "exists";
      throw error;
    }
  }

  return {
    restoreDatabase: (kind: DatabaseKind, database: NewDatabase): Promise<Created> =>
      creating(() =>
        kind === "instance"
          ? client.send(new RestoreDBInstanceFromDBSnapshotCommand(restoreInstanceInput(database)))
          : client.send(new RestoreDBClusterFromSnapshotCommand(restoreClusterInput(database))),
      ),

    createMember: (input: CreateDBInstanceCommandInput): Promise<Created> =>
      creating(() => client.send(new CreateDBInstanceCommand(input))),

    modifyDatabase: (kind: DatabaseKind, input: ModifyInput): Promise<Modified> =>
      changing(() =>
        kind === "instance"
          ? client.send(new ModifyDBInstanceCommand(input as ModifyDBInstanceCommandInput))
          : client.send(new ModifyDBClusterCommand(input as ModifyDBClusterCommandInput)),
      ),

    /** Without a last snapshot: only ever of what is a copy of one. */
    deleteDatabase: ({ kind, identifier }: DatabaseRef, { memberOf }: { memberOf?: string } = {}): Promise<Modified> =>
      changing(() =>
        kind === "instance"
          ? client.send(
              new DeleteDBInstanceCommand({
                DBInstanceIdentifier: identifier,
                // Of a member there is none to skip, and nothing of its own is kept.
                ...(memberOf === undefined && { SkipFinalSnapshot: true }),
              }),
            )
          : client.send(new DeleteDBClusterCommand({ DBClusterIdentifier: identifier, SkipFinalSnapshot: true })),
      ),
  };
}
