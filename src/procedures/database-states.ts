/** What a state means for an upgrade: it passes by itself, or somebody must do something. */
export type StateMeaning = { passes: boolean; means: string; fix: string };

const WAIT = "Wait until it is available, then ask again";
const passing = (means: string, fix = WAIT): StateMeaning => ({ passes: true, means, fix });
const lasting = (means: string, fix: string): StateMeaning => ({ passes: false, means, fix });

const MEANINGS: Record<string, StateMeaning> = {
  "backing-up": passing(
    "a backup is being taken, and no other can be begun",
    "Wait until the backup is there, usually minutes, then ask again",
  ),
  modifying: passing("somebody changed its settings, which are being applied"),
  maintenance: passing("AWS maintains it, which may restart it"),
  upgrading: passing("its engine is being upgraded"),
  rebooting: passing("it restarts"),
  renaming: passing("it is being renamed: its old name is gone, and the new one takes minutes to resolve"),
  starting: passing("it starts"),
  "failing-over": passing("another member becomes the writer"),
  promoting: passing("it is being made a database of its own"),
  creating: passing("it is being created"),
  "resetting-master-credentials": passing("its login is being changed"),
  "storage-initialization": passing("its storage still loads, so that it is slow"),
  "storage-config-upgrade": passing("its storage is being converted"),
  "configuring-enhanced-monitoring": passing("its monitoring is being changed"),
  "configuring-iam-database-auth": passing("its logins are being changed"),
  "configuring-log-exports": passing("its log exports are being changed"),
  "update-iam-db-auth": passing("its logins are being changed"),
  "storage-full": lasting(
    "its storage is full: a migration would end half-way",
    "Enlarge its storage (ModifyDBInstance with AllocatedStorage), and let it grow by itself (MaxAllocatedStorage)",
  ),
  stopping: lasting("somebody stops it", "Wait until it is stopped, start it (StartDBInstance), then ask again"),
  stopped: lasting("somebody stopped it, and nobody is connected", "Start it (StartDBInstance or StartDBCluster)"),
  deleting: lasting("somebody deletes it", "Find out who and why before anything else is lost"),
  "delete-precheck": lasting("somebody deletes it", "Find out who and why before anything else is lost"),
  failed: lasting(
    "it failed, and AWS could not recover it",
    "Restore it to a point in time, and point the application there",
  ),
  "insufficient-capacity": lasting("AWS has no capacity for it", "Choose another class, or try later"),
  "inaccessible-encryption-credentials": lasting(
    "AWS cannot use the KMS key of its storage, and no snapshot of it can be taken",
    "Restore it from a backup after the key is enabled again: AWS does not recover it from this state",
  ),
  "inaccessible-encryption-credentials-recoverable": lasting(
    "AWS cannot use the KMS key of its storage, and no snapshot of it can be taken",
    "Enable the key (kms:EnableKey, or kms:CancelKeyDeletion first) and RDS's grants, then start it within seven days",
  ),
  "incompatible-network": lasting(
    "its subnets or addresses are not there any more",
    "Repair the subnet group (free addresses in each zone), then restore or modify it",
  ),
  "incompatible-option-group": lasting(
    "a change of its option group could not be applied",
    "Look at RDS's events and put the option group right",
  ),
  "incompatible-parameters": lasting(
    "its engine does not start with the parameters of its parameter group",
    "Put the parameters right, then restart it",
  ),
  "incompatible-restore": lasting("a point-in-time restore did not fit it", "Look at RDS's events for the reason"),
  "incompatible-credentials": lasting("its login could not be applied", "Reset the password and restart it"),
  "restore-error": lasting("its restore failed", "Look at RDS's events for the reason"),
  "migration-failed": lasting("its migration from another database failed", "Look at RDS's events for the reason"),
  "cloning-failed": lasting("its cloning failed", "Look at RDS's events for the reason"),
};

/** Of any state but those in which a snapshot can be taken. */
export const meaningOf = (status: string): StateMeaning =>
  MEANINGS[status] ?? { passes: false, means: "no state in which a snapshot can be taken", fix: WAIT };
