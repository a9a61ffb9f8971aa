import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import * as logs from '@aws-sdk/client-cloudwatch-logs'
import * as ec2 from '@aws-sdk/client-ec2'
import * as ecr from '@aws-sdk/client-ecr'
import * as ecs from '@aws-sdk/client-ecs'
import * as servicediscovery from '@aws-sdk/client-servicediscovery'
import * as sqs from '@aws-sdk/client-sqs'
import * as ssm from '@aws-sdk/client-ssm'
import { NormalizedSchema } from '@smithy/core/schema'
import { parseXml, type XmlElement } from './wire-xml.ts'

/** Answers against AWS's own model, which every SDK client exports: unknown members, wrong types, ISO text where epoch seconds belong. */

const operations = {
  'ecs:DescribeServices': ecs.DescribeServicesResponse$,
  'ecs:DescribeTasks': ecs.DescribeTasksResponse$,
  'ecs:ListTasks': ecs.ListTasksResponse$,
  'ecs:DescribeTaskDefinition': ecs.DescribeTaskDefinitionResponse$,
  'ecs:DescribeContainerInstances': ecs.DescribeContainerInstancesResponse$,
  'ecs:UpdateService': ecs.UpdateServiceResponse$,
  'ecs:ListServiceDeployments': ecs.ListServiceDeploymentsResponse$,
  'ecs:DescribeServiceDeployments': ecs.DescribeServiceDeploymentsResponse$,
  'ecs:DescribeServiceRevisions': ecs.DescribeServiceRevisionsResponse$,
  'ecs:StopServiceDeployment': ecs.StopServiceDeploymentResponse$,
  'ecs:StopTask': ecs.StopTaskResponse$,
  'ecs:RunTask': ecs.RunTaskResponse$,
  'ec2:DescribeNetworkInterfaces': ec2.DescribeNetworkInterfacesResult$,
  'ec2:DescribeInstances': ec2.DescribeInstancesResult$,
  'ecr:DescribeImages': ecr.DescribeImagesResponse$,
  'ecr:DescribePullThroughCacheRules': ecr.DescribePullThroughCacheRulesResponse$,
  'logs:GetLogEvents': logs.GetLogEventsResponse$,
  'cloudwatch:DescribeAlarms': cloudwatch.DescribeAlarmsOutput$,
  'cloudwatch:GetMetricData': cloudwatch.GetMetricDataOutput$,
  'servicediscovery:ListNamespaces': servicediscovery.ListNamespacesResponse$,
  'servicediscovery:ListServices': servicediscovery.ListServicesResponse$,
  'servicediscovery:ListInstances': servicediscovery.ListInstancesResponse$,
  'servicediscovery:RegisterInstance': servicediscovery.RegisterInstanceResponse$,
  'servicediscovery:DeregisterInstance': servicediscovery.DeregisterInstanceResponse$,
  'servicediscovery:GetInstancesHealthStatus': servicediscovery.GetInstancesHealthStatusResponse$,
  // It answers with nothing.
  'servicediscovery:UpdateInstanceCustomHealthStatus': servicediscovery.GetInstancesHealthStatusResponse$,
  'servicediscovery:GetOperation': servicediscovery.GetOperationResponse$,
  'sqs:GetQueueUrl': sqs.GetQueueUrlResult$,
  'sqs:GetQueueAttributes': sqs.GetQueueAttributesResult$,
  'sqs:SendMessage': sqs.SendMessageResult$,
  'sqs:SendMessageBatch': sqs.SendMessageBatchResult$,
  'ssm:GetParameter': ssm.GetParameterResult$,
}

/** Empty when the answer is one that AWS could send. Bodies are JSON values, of EC2 the XML text. */
export function answerProblems(operation: string, body: unknown): string[] {
  const schema = Object.entries(operations).find(([name]) => name === operation)?.[1]
  if (!schema) return [`${operation}: no model is known`]
  if (typeof body !== 'string') return jsonProblems(operation, NormalizedSchema.of(schema), body)
  const root = parseXml(body)
  const children = root.children.filter(({ name }) => name !== 'requestId')
  return xmlProblems(operation, NormalizedSchema.of(schema), { ...root, children })
}

function jsonProblems(path: string, schema: NormalizedSchema, value: unknown): string[] {
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return [`${path}: ${kindOf(value)} where a list belongs`]
    return value.flatMap((item, index) => jsonProblems(`${path}[${index}]`, schema.getValueSchema(), item))
  }
  if (schema.isStructSchema() || schema.isMapSchema()) {
    if (kindOf(value) !== 'object') return [`${path}: ${kindOf(value)} where an object belongs`]
    const members = schema.isMapSchema() ? null : new Map(schema.structIterator())
    return Object.entries(value as object).flatMap(([key, member]) => {
      const memberSchema = members ? members.get(key) : schema.getValueSchema()
      return memberSchema
        ? jsonProblems(`${path}.${key}`, memberSchema, member)
        : [`${path}.${key}: no such member`]
    })
  }
  // AWS JSON tells instants as epoch seconds; 1e11 would be the year 5138, or milliseconds.
  if (schema.isTimestampSchema())
    return typeof value === 'number' && value < 1e11 ? [] : [`${path}: ${value} is no epoch seconds`]
  const wanted = schema.isStringSchema()
    ? 'string'
    : schema.isBooleanSchema()
      ? 'boolean'
      : schema.isNumericSchema()
        ? 'number'
        : null
  if (wanted === null) return [`${path}: a type that this check does not know`]
  return kindOf(value) === wanted ? [] : [`${path}: ${kindOf(value)} where a ${wanted} belongs`]
}

/** EC2's XML: members by their `xmlName`, lists of `item`. */
function xmlProblems(path: string, schema: NormalizedSchema, element: XmlElement): string[] {
  if (schema.isListSchema())
    return element.children.flatMap((child, index) =>
      child.name === 'item'
        ? xmlProblems(`${path}[${index}]`, schema.getValueSchema(), child)
        : [`${path}: <${child.name}> in a list`],
    )
  if (schema.isStructSchema()) {
    const members = new Map(
      [...schema.structIterator()].map(([name, member]) => [
        member.getMergedTraits().xmlName ?? name,
        member,
      ]),
    )
    return element.children.flatMap(child => {
      const member = members.get(child.name)
      return member
        ? xmlProblems(`${path}.${child.name}`, member, child)
        : [`${path}.${child.name}: no such member`]
    })
  }
  if (element.children.length > 0) return [`${path}: elements where text belongs`]
  const { text } = element
  if (schema.isBooleanSchema() && !/^(true|false)$/.test(text)) return [`${path}: "${text}" is no boolean`]
  if (schema.isNumericSchema() && !/^-?\d+(\.\d+)?$/.test(text)) return [`${path}: "${text}" is no number`]
  if (schema.isTimestampSchema() && !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text))
    return [`${path}: "${text}" is no ISO instant`]
  return []
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value
