/** The rule is not valid; the message is for the person who wrote it. */
export class RuleError extends Error {}
