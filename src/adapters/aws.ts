import type { CloudMap } from '../model/cloud-map.ts'
import type { Images } from '../model/image.ts'
import type { Logs } from '../model/logs.ts'
import type { CloudWatch, Ec2, Ecs, Queue } from '../model/ports.ts'
import type { Queues } from '../model/queues.ts'
import type { Clock } from '../model/time.ts'
import { createCloudMap } from './cloud-map.ts'
import { createCloudWatch } from './cloudwatch.ts'
import { createEc2 } from './ec2.ts'
import { createImages } from './ecr.ts'
import { createEcs } from './ecs.ts'
import { createLogs } from './logs.ts'
import type { AwsSettings } from './settings.ts'
import { createQueue, type QueueUrls } from './sqs.ts'
import { createQueues } from './sqs-depth.ts'
import { createParameters, type Parameters } from './ssm.ts'

/** AWS as far as Longshore reads and changes it. */
export interface AwsPorts {
  ecs: Ecs
  ec2: Ec2
  cloudWatch: CloudWatch
  cloudMap: CloudMap
  queues: Queues
  images: Images
  logs: Logs
  queue: Queue
  parameters: Parameters
}

/** All of them with one configuration. A function that needs few takes their `create…` instead, and its bundle leaves the other clients out. */
export const createAwsPorts = (settings: AwsSettings & { queueUrls: QueueUrls; clock: Clock }): AwsPorts => ({
  ecs: createEcs(settings),
  ec2: createEc2(settings),
  cloudWatch: createCloudWatch(settings),
  cloudMap: createCloudMap(settings),
  queues: createQueues(settings),
  images: createImages(settings),
  logs: createLogs(settings),
  queue: createQueue(settings, settings.queueUrls),
  parameters: createParameters(settings, settings.clock),
})
