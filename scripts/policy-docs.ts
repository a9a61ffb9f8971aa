import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type JsonSchema, policyJsonSchema } from '../src/policy/json-schema.ts'
import { oneOf } from '../src/policy/nearest.ts'
import { kindKey } from '../src/policy/variants.ts'

/**
 * Writes docs/policy.md and docs/longshore.schema.json from the schema of longshore.yml.
 *
 *     node scripts/policy-docs.ts
 */

const root = new URL('..', import.meta.url)

/** What the files must hold, by path from the repository's root. */
export const policyDocs = (): { path: string; text: string }[] => {
  const schema = policyJsonSchema()
  return [
    { path: 'docs/policy.md', text: markdown(schema) },
    { path: 'docs/longshore.schema.json', text: `${JSON.stringify(schema, null, 2)}\n` },
  ]
}

/** Every key there is, in one policy. A test reads it. */
export const fullExample = `version: 1
mode: act

slack: { channel: "#ops", token: /longshore/slack-token }    # or: { webhook: /longshore/slack-webhook }

services:
  - match: { cluster: prod, service: checkout }
    scale:
      min: 2
      max: 40
      triggers:
        - alarm: checkout-p99-high
          statistic: maximum
          steps: [{ from: 0, add: 2 }, { from: 500, add: 25% }]
          atLeast: 3
        - alarm: checkout-cpu-low
          steps: [{ to: 0, remove: 1 }, { to: -20, remove: 10% }]
      in: { cooldown: 10m }
      out: { cooldown: 1m }

  # What late means, and a floor in office hours; Longshore finds out what one task can do.
  - match: { cluster: prod, service: shop }
    scale:
      min: 2
      max: 100
      triggers:
        - slo: { requests: 1s, late: 0.1% }
        - schedule: { from: "0 8 * * 1-5", to: "0 20 * * 1-5", timeZone: Europe/Berlin }
          min: 10
          max: 80
      whileDeploying: out-only
      fallback: { after: 3m, tasks: 20, use: if-higher }
      suspicious: { drop: 90%, hold: 5m }

  # Requests and late ones counted by the application itself, every 10 s.
  - match: { cluster: prod, service: api }
    scale:
      min: 2
      max: 100
      triggers:
        - slo:
            requests: 1s
            capacity: 50/s
            from: { namespace: Api, name: Requests, dimensions: { Service: "{service}" }, statistic: Sum, period: 10s }
            lateFrom: { namespace: Api, name: Late, dimensions: { Service: "{service}" }, statistic: Sum, period: 10s }

  # Utilisations and other metrics that are to stay at a target.
  - match: { cluster: prod, service: search }
    scale:
      min: 2
      max: 40
      triggers:
        - { cpu: 65%, tolerance: { out: 5%, in: 10% }, period: 20s }
        - { memory: 70% }
        - { requestsPerTask: 600/min }
        - target: 100
          metric: { namespace: Search, name: OpenQueries, dimensions: { Service: "{service}" }, statistic: Average }
          per: task
          wakeAt: 5
        - target: 0.2
          metric:
            expression: errors / requests
            of:
              errors: { namespace: Search, name: Errors, statistic: Sum }
              requests: { namespace: Search, name: Requests, statistic: Sum }
            period: 1m
          per: service
      out: { after: 20s, atMost: [100% per 1m, 4 tasks per 1m], select: largest, starting: 300% }
      in: { after: 5m, atMost: [10% per 1m] }
      pause: in

  # Queues: what has to be done in time, or so many messages per task. Without messages no task.
  - match: { cluster: prod, service: orders }
    scale:
      min: 0
      max: 50
      triggers:
        - slo: { queue: orders, drainWithin: 2m, capacity: 0.5/s, wakeAt: 1 }
  - match: { cluster: prod, service: mail-* }
    scale:
      min: 0
      max: 20
      triggers:
        - { queue: "{service}", perTask: 10, wakeAt: 1 }
      zero: { initialCooldown: 10m, idle: 5m }

  # An exception stands above the rule it is an exception from. Without scale the count is left alone.
  - match: { cluster: prod, service: worker-legacy }

  - match: { cluster: prod*, service: worker-* }
    scale:
      min: 0
      max: 50
      triggers:
        - alarm: "{cluster}/{service}-backlog"
          steps: [{ from: 0, to: 100, add: 1 }, { from: 100, set: 50 }]

tasks:
  - match: { cluster: prod, family: etl-* }
    heal:
      restart:
        on: [crash, oom, spot, host, start, health]
        attempts: 5
        backoff: 10s..5m
        resetAfter: 10m
        scheduled: false
    discover: { namespace: jobs.internal, service: etl, port: 8080 }
`

const markdown = (
  schema: JsonSchema,
): string => `<!-- Written by scripts/policy-docs.ts. Change src/policy/schema.ts or that script, then run it. -->

# longshore.yml

One file says what Longshore may do: which services it scales, which tasks it runs again, what it registers in Cloud Map.
It is checked before anything is packaged and travels inside the deployment. What no rule matches is never touched.

    npm run -s longshore -- validate
    npm run -s longshore -- validate longshore.yml --clusters prod,staging

The second also refuses a rule whose cluster is none of those. Editors complete and check the file with this first line:

    # yaml-language-server: $schema=docs/longshore.schema.json

## Keys

${sections('', schema).join('\n')}
## Notations

| notation | examples | meaning |
|---|---|---|
| name with \`*\` | \`checkout\`, \`worker-*\`, \`"*"\` | \`*\` stands for any run of characters. A value that begins with \`*\` needs quotes. The first rule that matches holds |
| duration | \`90s\`, \`5m\`, \`1h30m\` | hours, minutes and seconds, at most \`168h\` |
| back-off | \`10s..5m\` | the first wait, then the longest; it doubles in between |
| tasks or percent | \`2\`, \`25%\` | whole tasks, or a share of the present count; fractions are dropped, but one task always moves unless it is \`0%\` |
| percent | \`65%\`, \`0.1%\` | with its sign |
| rate | \`50/s\`, \`600/min\`, \`90/h\` | so often per second, minute or hour |
| limit | \`100% per 1m\`, \`4 tasks per 1m\` | how much the count may change within a period, at most \`30m\`; a share is of the count at its beginning, and moves one task at least |
| cron | \`0 8 * * 1-5\` | minute, hour, day, month and weekday |
| time zone | \`Europe/Berlin\`, \`UTC\` | a name of the IANA database |
| queue name | \`orders\`, \`"{service}-jobs"\` | an SQS queue in this account and Region |
| alarm name | \`checkout-high\`, \`"{service}-high"\` | \`{service}\` and \`{cluster}\` stand for the names of the service. A value that begins with \`{\` needs quotes |
| parameter name | \`/longshore/slack-token\` | an SSM SecureString parameter; never the secret itself |

Anchors, aliases, merge keys and tags of YAML are not read.

## Steps

The bounds of a step are distances from the threshold of the alarm. With a threshold of 800 ms, \`from: 500\` begins at 1,300 ms.
Above the threshold a step holds from its lower bound up to, not including, its upper bound; below it the other way around.

A bound that is left out is that of the neighbour, and open at either end, so these are the same:

    steps: [{ from: 0, add: 2 }, { from: 500, add: 25% }]
    steps: [{ from: 0, to: 500, add: 2 }, { from: 500, add: 25% }]

and so are these, for an alarm that watches for low values:

    steps: [{ to: 0, remove: 1 }, { to: -20, remove: 10% }]
    steps: [{ from: -20, to: 0, remove: 1 }, { to: -20, remove: 10% }]

As in Application Auto Scaling, steps have no gaps and no overlaps, and the outermost step on each side of the threshold is open.

## Tags of a service

Who owns a service can override its rule with ECS tags on it, from their own infrastructure code.

| tag | value | meaning |
|---|---|---|
| \`longshore:min\` | whole number | instead of the rule's \`min\` |
| \`longshore:max\` | whole number | instead of the rule's \`max\` |
| \`longshore:paused\` | \`true\`, or a reason | the count is left alone until the tag is gone or \`false\` |
| \`longshore:paused-in\` | \`true\`, or a reason | nothing is removed until then |
| \`longshore:paused-out\` | \`true\`, or a reason | nothing is added until then |

A tag that cannot be used changes nothing and is told. While the tags of a service cannot be read, its count is left alone.

## Everything at once

\`\`\`yaml
${fullExample}\`\`\`
`

/**
 * One table per mapping, outer ones first; one per kind where a mapping comes in several. A table that has been told already is not
 * told again.
 */
function sections(path: string, schema: JsonSchema, told = new Set<string>(), kind?: string): string[] {
  const entries = Object.entries(schema.properties ?? {})
  const rows = entries.map(([key, value]) => {
    const cells = [`\`${key}\``, typeOf(value), preset(schema, key, value), value.description ?? '']
    return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  const title = path === '' ? 'The file' : `\`${path}\`${kind ? `, with \`${kind}\`` : ''}`
  const table = `| key | type | default | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`
  const inner = entries.flatMap(([key, value]) => {
    const at = value.title === 'metric' ? 'metric' : path === '' ? key : `${path}.${key}`
    const { items = {}, additionalProperties: others } = value
    return [
      ...kindsOf(at, value, told),
      ...kindsOf(`${at}[]`, items, told),
      ...(typeof others === 'object' ? kindsOf(`${at}.*`, others, told) : []),
    ]
  })
  if (told.has(table)) return inner
  told.add(table)
  return [`### ${title}\n\n${table}`, ...inner]
}

function kindsOf(path: string, schema: JsonSchema, told: Set<string>): string[] {
  if (schema.properties) return sections(path, schema, told)
  const kinds = (schema.anyOf ?? []).filter(({ properties }) => properties)
  return kinds.flatMap(kind => sections(path, kind, told, kinds.length > 1 ? kindKey(kind) : undefined))
}

function typeOf(schema: JsonSchema): string {
  if (schema.title) return schema.title
  if (schema.const !== undefined) return `\`${schema.const}\``
  if (schema.enum) return oneOf(schema.enum.map(value => `\`${value}\``))
  if (schema.type === 'integer')
    return `whole number, ${schema.minimum} to ${schema.maximum?.toLocaleString('en')}`
  if (schema.type === 'boolean') return '`true` or `false`'
  if (schema.type === 'array')
    return `list of ${schema.items?.properties ? 'mappings' : typeOf(schema.items ?? {})}`
  return { object: 'mapping', string: 'text', number: 'number' }[schema.type ?? ''] ?? ''
}

function preset(parent: JsonSchema, key: string, schema: JsonSchema): string {
  if (parent.required?.includes(key)) return 'required'
  if (schema.default === undefined || typeof schema.default === 'object') return ''
  return `\`${schema.default}\``
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, text } of policyDocs()) {
    const file = new URL(path, root)
    const before = existing(file)
    writeFileSync(file, text)
    process.stdout.write(`${path}: ${before === text ? 'unchanged' : 'written'}\n`)
  }
}

function existing(file: URL): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
