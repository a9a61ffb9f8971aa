import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Door } from '../../scripts/bundle.ts'
import { type Packaged, packageStack, type Resource } from '../stack/packaged.ts'
import type { FunctionInTemplate } from './sandbox.ts'

/** What `osls deploy` brings into an account. */
export interface Stack {
  /** Makes the bucket for the zips, before anything else. */
  first: Template
  template: Template
  zips: Record<Door, Uint8Array>
}

export interface Template {
  Resources: Record<string, Resource>
}

/** It acts, and tells Slack with a bot token. */
const policy = `version: 1
mode: act
slack: { channel: "#ops", token: /longshore/slack-token }
services:
  - match: { cluster: prod, service: checkout }
    scale:
      min: 2
      max: 40
      triggers:
        - { alarm: checkout-p99-high, steps: [{ from: 0, add: 2 }, { from: 500, add: 25% }], atLeast: 3 }
tasks:
  - match: { cluster: prod, family: thumbnailer }
    heal: { restart: { on: [crash, oom, spot, host, start], backoff: 1s..1m }, host: { then: notify } }
`

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the stack lies, packaged. */
    stackFolder: string
  }
}

/** Stands in the template for the Slack that a test opens. */
const anySlack = 'https://slack.example/api'

/** As `npm run package` makes it. */
export const packageDeployed = (): ReturnType<typeof packageStack> =>
  packageStack({ policy, args: ['--param', `slackUrl=${anySlack}`] })

/** What was packaged, as if for this Slack. */
export async function readStack(folder: string, slackUrl: string): Promise<Stack> {
  const file = (name: string) => readFile(join(folder, '.serverless', name))
  const template = async (step: string): Promise<Template> => {
    const text = await file(`cloudformation-template-${step}-stack.json`)
    return JSON.parse(text.toString().replaceAll(anySlack, slackUrl))
  }
  return {
    first: await template('create'),
    template: await template('update'),
    zips: {
      service: await file('service.zip'),
      task: await file('task.zip'),
      tick: await file('tick.zip'),
      notify: await file('notify.zip'),
    },
  }
}

/** Of a stack, so that another function of it can be changed too. */
export function resourceOf({ template }: Stack, name: string): Packaged['resources'][string] {
  const resource = template.Resources[name]
  if (!resource) throw new Error(`${name} is not in the template`)
  return resource
}

export const functionName = (door: Door): string =>
  `${door.charAt(0).toUpperCase()}${door.slice(1)}LambdaFunction`

/** `physical`: what a `Ref` stands for, by logical name. */
export function functionInTemplate(
  stack: Stack,
  door: Door,
  physical: Record<string, string>,
): FunctionInTemplate {
  const { Properties } = resourceOf(stack, functionName(door))
  const value = (variable: string | { Ref: string }): string => {
    if (typeof variable === 'string') return variable
    const id = physical[variable.Ref]
    if (id === undefined) throw new Error(`no physical id for ${variable.Ref}`)
    return id
  }
  return {
    name: Properties.FunctionName,
    handler: Properties.Handler,
    memoryMb: Properties.MemorySize,
    timeoutSeconds: Properties.Timeout,
    variables: Object.fromEntries(
      Object.entries<string | { Ref: string }>(Properties.Environment.Variables).map(([name, variable]) => [
        name,
        value(variable),
      ]),
    ),
  }
}
