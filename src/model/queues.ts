import type { Answer } from './reading.ts'

/** SQS queues of the owner, in this account and Region. */
export interface Queues {
  /**
   * How much lies in the queue of this name (`orders`, `orders.fifo`). `not-found` is no empty queue: it is not there, or
   * not for us to see. SQS counts approximately, and is right about a minute after the last message came
   * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html).
   */
  depth(queue: string): Promise<Answer<QueueDepth>>
}

/** Messages of one queue. */
export interface QueueDepth {
  /** Waits to be received: `ApproximateNumberOfMessages`. */
  visible: number
  /** Received and not yet deleted: `ApproximateNumberOfMessagesNotVisible`. */
  inFlight: number
  /** Sent with a delay that is not over: `ApproximateNumberOfMessagesDelayed`. */
  delayed: number
}
