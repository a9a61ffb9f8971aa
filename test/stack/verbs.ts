import type { Metafile } from 'esbuild'
import type { Door } from '../../scripts/bundle.ts'
import { codeOf } from '../house/house.ts'

/** What the functions can ask AWS for, from the adapters' source and from what esbuild put into the bundles. */

/** The actions of the `new …Command(` that stand in the adapters which a bundle holds. */
export function askedBy(door: Door, metafile: Metafile): string[] {
  const inputs = inputsOf(door, metafile)
  const actions = inputs.filter(file => file.startsWith('src/adapters/')).flatMap(commandsIn)
  return [...new Set(actions)].sort()
}

/** The actions of the SDK's commands that a bundle holds, whoever names them. */
export function bundledIn(door: Door, metafile: Metafile): string[] {
  const actions = inputsOf(door, metafile).flatMap(file => {
    const [, client = '', name = ''] =
      /@aws-sdk\/(client-[a-z0-9-]+)\/dist-es\/commands\/(\w+)Command\.js$/.exec(file) ?? []
    return name === '' ? [] : [actionOf(client, name)]
  })
  return [...new Set(actions)].sort()
}

const inputsOf = (door: Door, { outputs }: Metafile): string[] => {
  const [, output] = Object.entries(outputs).find(([file]) => file.endsWith(`/${door}/index.js`)) ?? []
  return Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => file)
}

/** Actions that a file of ours makes commands for. */
export function commandsIn(file: string): string[] {
  const code = codeOf(file)
  const packageOf = new Map<string, string>()
  for (const [, names = '', from = ''] of code.matchAll(/import\s*\{([^}]*)\}\s*from '@aws-sdk\/([\w-]+)'/g))
    for (const name of names.split(',')) packageOf.set(name.trim(), from)
  return [...code.matchAll(/new (\w+)Command\(/g)].map(([, name = '']) => {
    const from = packageOf.get(`${name}Command`)
    if (from === undefined) throw new Error(`${file}: where does ${name}Command come from?`)
    return actionOf(from, name)
  })
}

function actionOf(from: string, name: string): string {
  const service = serviceNames[from] ?? from.replace('client-', '')
  const action = from === 'lib-dynamodb' ? (documentCommands[name] ?? name) : name
  return sameRight[`${service}:${action}`] ?? `${service}:${action}`
}

/** Where IAM's name of a service is not its client's. */
const serviceNames: Record<string, string> = {
  'lib-dynamodb': 'dynamodb',
  'client-cloudwatch-logs': 'logs',
}

const documentCommands: Record<string, string> = {
  Get: 'GetItem',
  BatchGet: 'BatchGetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
}

/** A batch is the same right (docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html). */
const sameRight: Record<string, string> = { 'sqs:SendMessageBatch': 'sqs:SendMessage' }
