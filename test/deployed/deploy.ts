import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  UpdateStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
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

/** In the steps of `osls deploy`: a stack with a bucket, the zips into the bucket, the rest of the stack. Answers physical ids by logical names. */
export async function deploy(aws: Face, stack: Stack): Promise<Map<string, string>> {
  const cloudFormation = new CloudFormationClient(aws)
  const waiter = { client: cloudFormation, minDelay: 0.05, maxDelay: 0.2, maxWaitTime: 30 }
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
    return await physicalIds(cloudFormation)
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

async function upload(aws: Face, Bucket: string, stack: Stack, door: Door): Promise<void> {
  const s3 = new S3Client({ ...aws, forcePathStyle: true })
  const { S3Key: Key } = resourceOf(stack, functionName(door)).Properties.Code
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: stack.zips[door] }))
  s3.destroy()
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
