/** The tags that say what is ours, and whose. */
export const OPERATION_TAG = "intermission:operation";
export const TARGET_TAG = "intermission:target";
export const ROLE_TAG = "intermission:role";
export const OUTCOME_TAG = "intermission:outcome";
