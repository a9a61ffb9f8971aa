/** Bounds on what an owner can ask for. */

/** The quota of a service is 5,000 tasks and can be raised (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html). */
export const mostTasks = 10_000

/** Every rule is compared with every earlier one. */
export const mostRules = 1_000

/** Characters of longshore.yml. */
export const longestFile = 500_000
