/** What the calls of a worker are to AWS, as `port.method`. */

/** They change production. */
export const changes: ReadonlySet<string> = new Set([
  'ecs.updateService',
  'ecs.runTask',
  'ecs.stopDeployment',
  'ecs.rollBackService',
  'ecs.stopTask',
  'cloudMap.registerInstance',
  'cloudMap.deregisterInstance',
  'cloudMap.setInstanceHealth',
])

export const isChange = (operation: string): boolean => changes.has(operation)

/** Reads of AWS, which may lag; items of the table are read consistently. */
export const laggingReads: ReadonlySet<string> = new Set([
  'ecs.describeServices',
  'ecs.describeTasks',
  'ecs.listTasks',
  'ecs.describeContainerInstances',
  'ecs.ongoingDeployments',
  'cloudWatch.describeAlarms',
  'cloudMap.listInstances',
  'cloudMap.instancesHealth',
  'cloudMap.getOperation',
  'queues.depth',
  'images.digestOf',
])

/** The read of the table's index of what is due. */
export const indexRead = 'store.due'

/** Reads that may leave some of what there is out. */
export const partialReads: ReadonlySet<string> = new Set([
  'ecs.describeTasks',
  'ecs.listTasks',
  'ecs.describeContainerInstances',
  'ecs.describeServices',
  'cloudWatch.describeAlarms',
  'cloudWatch.getMetricData',
])
