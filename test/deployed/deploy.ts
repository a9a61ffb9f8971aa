import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  UpdateStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { GetQueueAttributesCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { type Door, doors } from '../../scripts/bundle.ts'
import { functionName, resourceOf, type Stack } from './stack.ts'

/** Where an account is, and whose it is. */
export interface Face {
  region: string
  endpoint: string
  credentials: { accessKeyId: string; secretAccessKey: string }
}

const StackName = 'longshore-dev'
const Capabilities = ['CAPABILITY_IAM' as const, 'CAPABILITY_NAMED_IAM' as const]

const waiterFor = (client: CloudFormationClient) => ({
  client,
  minDelay: 0.05,
  maxDelay: 0.2,
  maxWaitTime: 30,
})

/** In the steps of `osls deploy`: a stack with a bucket, the zips into the bucket, the rest of the stack. Answers physical ids by logical names. */
export async function deploy(aws: Face, stack: Stack): Promise<Map<string, string>> {
  const cloudFormation = new CloudFormationClient(aws)
  const waiter = waiterFor(cloudFormation)
  try {
    await cloudFormation.send(
      new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(stack.first), Capabilities }),
    )
    await waitUntilStackCreateComplete(waiter, { StackName })
    const bucket = (await physicalIds(cloudFormation)).get('ServerlessDeploymentBucket')
    if (!bucket) throw new Error('the first stack has no bucket')
    for (const door of doors) await upload(aws, bucket, stack, door)
    await cloudFormation.send(
      new UpdateStackCommand({ StackName, TemplateBody: JSON.stringify(stack.template), Capabilities }),
    )
    await waitUntilStackUpdateComplete(waiter, { StackName })
    const ids = await physicalIds(cloudFormation)
    await redrive(aws, stack, ids)
    return ids
  } catch (error) {
    const { StackEvents = [] } = await cloudFormation
      .send(new DescribeStackEventsCommand({ StackName }))
      .catch(() => ({ StackEvents: [] }))
    const reasons = StackEvents.flatMap(({ LogicalResourceId, ResourceStatusReason }) =>
      ResourceStatusReason ? [`${LogicalResourceId}: ${ResourceStatusReason}`] : [],
    )
    throw new Error(`the stack could not be deployed. ${reasons.join('; ')}`, { cause: error })
  } finally {
    cloudFormation.destroy()
  }
}

/** As `osls remove` does. */
export async function remove(aws: Face): Promise<void> {
  const cloudFormation = new CloudFormationClient(aws)
  await cloudFormation.send(new DeleteStackCommand({ StackName }))
  await waitUntilStackDeleteComplete(waiterFor(cloudFormation), { StackName })
  cloudFormation.destroy()
}

async function upload(aws: Face, Bucket: string, stack: Stack, door: Door): Promise<void> {
  const s3 = new S3Client({ ...aws, forcePathStyle: true })
  const { S3Key: Key } = resourceOf(stack, functionName(door)).Properties.Code
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: stack.zips[door] }))
  s3.destroy()
}

/** What the emulator's CloudFormation leaves out of a queue, as the template has it. */
async function redrive(aws: Face, { template }: Stack, ids: Map<string, string>): Promise<void> {
  const sqs = new SQSClient({ ...aws, useQueueUrlAsEndpoint: false })
  for (const [name, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type !== 'AWS::SQS::Queue' || !Properties.RedrivePolicy) continue
    const { deadLetterTargetArn, maxReceiveCount } = Properties.RedrivePolicy
    const deadLetters = { QueueUrl: ids.get(deadLetterTargetArn['Fn::GetAtt'][0]) }
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ ...deadLetters, AttributeNames: ['QueueArn'] }),
    )
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount })
    const QueueUrl = ids.get(name)
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }))
  }
  sqs.destroy()
}

async function physicalIds(cloudFormation: CloudFormationClient): Promise<Map<string, string>> {
  const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName }))
  return new Map(
    StackResources.map(({ LogicalResourceId = '', PhysicalResourceId = '' }) => [
      LogicalResourceId,
      PhysicalResourceId,
    ]),
  )
}
