import { KMSKeyNotAccessibleFault$ } from "@aws-sdk/client-rds";
import { awsError } from "../../wire/service.ts";
import { arn, type World } from "../world.ts";
import { invalidCombination } from "./errors.ts";

/** A key whose id begins with this was disabled after something was encrypted with it. There is no KMS here to ask. */
export const DISABLED_KEY = "disabled-";

type Encryption = { StorageEncrypted: boolean; KmsKeyId?: string };

/** What a creation asks for. Storage that is encrypted without a key has the account's own for RDS. */
export function encryption(world: World, { StorageEncrypted = false, KmsKeyId }: Partial<Encryption>): Encryption {
  if (KmsKeyId !== undefined && !StorageEncrypted)
    throw invalidCombination("KmsKeyId can not be specified when StorageEncrypted is not enabled.");
  if (!StorageEncrypted) return { StorageEncrypted };
  return { StorageEncrypted, KmsKeyId: KmsKeyId ?? arn(world, "kms", "key/00000000-0000-4000-8000-000000000000") };
}

export function requireKey(keyId: string | undefined): void {
  if (keyId?.split("/").at(-1)?.startsWith(DISABLED_KEY))
    throw awsError(
      KMSKeyNotAccessibleFault$,
      `The specified KMS key [${keyId}] does not exist, is not enabled or you do not have permissions to access it.`,
    );
}
