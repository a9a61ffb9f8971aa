import type { AwsFailure } from '../../model/reading.ts'
import type { MemoryAws } from './aws.ts'

/** Which table is Longshore's: CloudFormation names it `longshore-<stage>-Table-<random>`. */

type Found = { ok: true; name: string } | { ok: false; problem: string }

const problem = (sentence: string): Found => ({ ok: false, problem: sentence })

export async function ownTable(
  { tablesNamed }: MemoryAws,
  { table, stage }: { table: string | null; stage: string | null },
): Promise<Found> {
  if (table !== null) return { ok: true, name: table }
  const listed = await tablesNamed(stage === null ? 'longshore-' : `longshore-${stage}-Table-`)
  if (!listed.ok) return problem(cannotList(listed.failure))
  const tables = listed.value.filter(name => /^longshore-.+-Table-[A-Z0-9]+$/.test(name))
  const [name] = tables
  if (name === undefined)
    return problem(
      `there is no table of Longshore${stage === null ? '' : `, stage ${stage},`} in this account and Region. Name it with --table, or another Region with AWS_REGION.`,
    )
  if (tables.length > 1)
    return problem(
      `there are ${tables.length} tables of Longshore here: ${tables.slice(0, 5).join(', ')}. Choose one with ${stage === null ? '--stage or ' : ''}--table.`,
    )
  return { ok: true, name }
}

const spoken = (message: string): string => message.replace(/\.$/, '')

const cannotList = ({ code, message }: AwsFailure): string =>
  `AWS did not list the tables (${code}): ${spoken(message)}.${code === 'denied' ? ' It takes dynamodb:ListTables; with --table it does not.' : ''}`

export function cannotRead(name: string, { code, message }: AwsFailure): string {
  if (code === 'not-found')
    return `there is no table ${name} in this account and Region. Name another with --table, or another Region with AWS_REGION.`
  const rights = code === 'denied' ? ' It takes dynamodb:Query on its index journal.' : ''
  return `the table ${name} was not read (${code}): ${spoken(message)}.${rights}`
}
