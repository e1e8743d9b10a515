/** The tags that say what is ours, and whose. */
export const OPERATION_TAG = "intermission:operation";
export const TARGET_TAG = "intermission:target";
export const ROLE_TAG = "intermission:role";
export const OUTCOME_TAG = "intermission:outcome";
/** When the deadlines of the window that a rule belongs to are over: past it, and with no operation that holds the page, the rule was left behind. */
export const EXPIRES_TAG = "intermission:expires";
/** Which restore of an operation made a database: the data as found is the first generation, each restore begins a further one. */
export const GENERATION_TAG = "intermission:generation";
