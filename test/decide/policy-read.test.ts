import { describe, expect, it } from 'vitest'
import type { Policy } from '../../src/policy/policy.ts'
import { renderProblems } from '../../src/policy/problem.ts'
import { readPolicy } from '../../src/policy/read.ts'

const lines = (text: string): string[] => {
  const reading = readPolicy(text, 'longshore.yml')
  return reading.ok ? ['no problem'] : renderProblems(reading.problems).trimEnd().split('\n')
}

/** One service rule whose `scale` holds these lines from line 6 on, indented by six. */
const scale = (...inner: string[]): string =>
  [
    'version: 1',
    'mode: act',
    'services:',
    '  - match: { cluster: prod, service: checkout }',
    '    scale:',
    ...inner.map(line => `      ${line}`),
    '',
  ].join('\n')
const trigger = (text: string): string => scale('min: 1', 'max: 9', 'triggers:', `  - ${text}`)
const rules = (...rule: string[]): string =>
  ['version: 1', 'mode: act', 'services:', ...rule.map(line => `  - ${line}`), ''].join('\n')
const restart = (text: string): string =>
  `version: 1\nmode: act\ntasks:\n  - match: { cluster: prod, family: etl }\n    heal: { restart: ${text} }\n`
const oom = (text: string, on = 'oom'): string =>
  `version: 1\nmode: act\ntasks:\n  - match: { cluster: prod, family: etl }\n    heal: { restart: { on: [${on}] }, oom: ${text} }\n`
const slack = (text: string): string => `version: 1\nmode: act\nslack: ${text}\n`

describe('a whole policy', () => {
  it('becomes the owner’s wishes with every default filled in', () => {
    const reading = readPolicy(
      `version: 1
mode: observe
slack: { webhook: /longshore/hook }
services:
  - match: { cluster: prod, service: checkout }
    scale:
      min: 2
      max: 40
      triggers:
        - alarm: checkout-high
          steps: [{ from: 0, add: 2 }, { from: 500, add: 12.5% }]
          atLeast: 3
          statistic: maximum
        - { alarm: checkout-low, steps: [{ to: 0, remove: 1 }] }
      in: { cooldown: 1h30m }
  - match: { cluster: prod, service: legacy }
tasks:
  - match: { cluster: "*", family: etl-* }
    heal: { restart: { on: [crash, spot] } }
  - match: { cluster: prod, family: web }
    heal: { restart: { on: [host], attempts: 1, backoff: 30s..30s, resetAfter: 1h, scheduled: true } }
    discover: { namespace: jobs.internal, service: web, port: 8080 }
  - match: { cluster: prod, family: quiet }
    discover: { namespace: jobs.internal, service: quiet }
`,
      'longshore.yml',
    )
    const expected: Policy = {
      mode: 'observe',
      slack: { channel: null, tokenParameter: null, webhookParameter: '/longshore/hook' },
      services: [
        {
          match: { cluster: 'prod', service: 'checkout' },
          scale: {
            min: 2,
            max: 40,
            triggers: [
              {
                kind: 'step',
                alarm: 'checkout-high',
                steps: [
                  { from: 0, to: 500, adjustment: { kind: 'change', tasks: 2 } },
                  { from: 500, to: null, adjustment: { kind: 'percent', percent: 12.5 } },
                ],
                atLeastTasks: 3,
                statistic: 'maximum',
              },
              {
                kind: 'step',
                alarm: 'checkout-low',
                steps: [{ from: null, to: 0, adjustment: { kind: 'change', tasks: -1 } }],
                atLeastTasks: 0,
                statistic: 'average',
              },
            ],
            in: { cooldownMs: 5_400_000, afterMs: null, atMost: [], select: 'largest' },
            out: {
              cooldownMs: 300_000,
              afterMs: null,
              atMost: [],
              select: 'largest',
              startingPercent: null,
            },
            whileDeploying: 'out-only',
            fallback: null,
            zero: { initialCooldownMs: 0, idleMs: null },
            suspicious: { dropPercent: 90, holdMs: 300_000 },
            pause: { all: null, in: null, out: null },
          },
          heal: null,
        },
        { match: { cluster: 'prod', service: 'legacy' }, scale: null, heal: null },
      ],
      tasks: [
        {
          match: { cluster: '*', family: 'etl-*' },
          heal: {
            restart: {
              on: ['crash', 'spot'],
              attempts: 5,
              backoff: { firstMs: 10_000, maxMs: 300_000 },
              resetAfterMs: 600_000,
              scheduled: false,
              budget: { restarts: 100, withinMs: 600_000 },
            },
          },
          discover: null,
        },
        {
          match: { cluster: 'prod', family: 'web' },
          heal: {
            restart: {
              on: ['host'],
              attempts: 1,
              backoff: { firstMs: 30_000, maxMs: 30_000 },
              resetAfterMs: 3_600_000,
              scheduled: true,
              budget: { restarts: 100, withinMs: 600_000 },
            },
          },
          discover: {
            namespace: 'jobs.internal',
            service: 'web',
            port: 8080,
            min: 1,
            adopt: false,
            drainMs: null,
          },
        },
        {
          match: { cluster: 'prod', family: 'quiet' },
          heal: null,
          discover: {
            namespace: 'jobs.internal',
            service: 'quiet',
            port: null,
            min: 1,
            adopt: false,
            drainMs: null,
          },
        },
      ],
    }
    expect(reading.ok && reading.policy).toStrictEqual(expected)
  })

  it.each([
    ['the least there can be', 'version: 1\nmode: act\n'],
    ['lines that end as on Windows', 'version: 1\r\nmode: act\r\n'],
    ['a byte order mark', '\uFEFFversion: 1\nmode: act\n'],
    ['a directive for YAML 1.2', '%YAML 1.2\n---\nversion: 1\nmode: act\n'],
    ['JSON', '{"version": 1, "mode": "act", "services": [], "tasks": []}'],
    [
      'an exception above a wildcard',
      rules('match: { cluster: c, service: a-b }', 'match: { cluster: c, service: a-* }'),
    ],
  ])('%s is accepted', (_, text) => {
    expect(lines(text)).toStrictEqual(['no problem'])
  })
})

describe('all problems at once, in the order of the file', () => {
  it('names line, column, path and what to write', () => {
    const text = [
      'version: 1',
      'mode: act',
      'slack: { channel: "#ops", token: slack-token }',
      'services:',
      '  - match: { cluster: prod, service: checkout }',
      '    scale:',
      '      mni: 2',
      '      max: 40',
      '      in: { cooldown: 2 minuets }',
      '  - match: { cluster: prod, service: worker }',
      '    scale: { min: 5, max: 1, treshold: 3 }',
      'tasks:',
      '  - match: { cluster: prod, family: "etl:41" }',
      '    heal: { restart: { on: [crsh], attempts: 0 } }',
    ].join('\n')
    expect(lines(text)).toStrictEqual([
      'longshore.yml:3:34  slack.token: "slack-token" is no full name of an SSM parameter. Write it as /longshore/slack-token.',
      'longshore.yml:7:7   services[0].scale.mni: no such key. Did you mean min?',
      'longshore.yml:9:23  services[0].scale.in.cooldown: "2 minuets" is no duration. Write 2m, 120s or 1h30m.',
      'longshore.yml:11:19 services[1].scale.min: min 5 is above max 1.',
      'longshore.yml:11:30 services[1].scale.treshold: no such key. Known here: min, max, triggers, in, out, whileDeploying, fallback, zero, suspicious, pause.',
      'longshore.yml:13:37 tasks[0].match.family: "etl:41" names a revision. Write the family alone.',
      'longshore.yml:14:29 tasks[0].heal.restart.on[0]: "crsh" is not known. Did you mean crash?',
      'longshore.yml:14:46 tasks[0].heal.restart.attempts: 0 is too small. At least 1.',
      '8 problems, nothing deployed.',
    ])
  })

  it('compares min and max beside other mistakes', () => {
    expect(lines(scale('min: 5', 'max: 1', 'in: { cooldown: soon }', 'triggers: [{}]'))).toStrictEqual([
      'longshore.yml:6:12  services[0].scale.min: min 5 is above max 1.',
      'longshore.yml:8:23  services[0].scale.in.cooldown: "soon" is no duration. Write 2m, 120s or 1h30m.',
      'longshore.yml:9:18  services[0].scale.triggers[0]: this says nothing to go by. Write one of slo, cpu, memory, requestsPerTask, target, queue, schedule or alarm.',
      '3 problems, nothing deployed.',
    ])
  })

  it('keeps the paths under each other behind long positions', () => {
    const filler = '#\n'.repeat(120)
    const text = `version: 1\nmode: acct\n${filler}servces: []\ntask:  []\n`
    expect(lines(text)).toStrictEqual([
      'longshore.yml:2:7   mode: "acct" is not known. Did you mean act?',
      'longshore.yml:123:1 servces: no such key. Did you mean services?',
      'longshore.yml:124:1 task: no such key. Did you mean tasks?',
      '3 problems, nothing deployed.',
    ])
  })
})

/** The first line without the file’s name; the tables below have one mistake per row. */
const only = (text: string): string => {
  const [first = '', ...rest] = lines(text)
  expect(rest).toStrictEqual(['1 problem, nothing deployed.'])
  return first.replace('longshore.yml:', '').replace(/ +/, ' ')
}

describe('what is no YAML', () => {
  it.each([
    ['an empty file', '', '1:1 the file is empty. Begin with version: 1 and mode: observe.'],
    ['comments only', '# to do\n', '1:1 the file is empty. Begin with version: 1 and mode: observe.'],
    ['null', '~', '1:1 the file is empty. Begin with version: 1 and mode: observe.'],
    ['a list', '- version: 1\n', '1:1 a list stands where a mapping belongs.'],
    ['a word', 'observe', '1:1 "observe" stands where a mapping belongs.'],
    ['a number', '7', '1:1 7 stands where a mapping belongs.'],
    ['a tab as indentation', 'slack:\n\tchannel: x', '2:1 a tab in the indentation. Write spaces.'],
    ['an open bracket', 'services: [', '1:12 [ is not closed. Write ] where it ends.'],
    ['an open brace', 'slack: { a: 1', '1:14 { is not closed. Write } where it ends.'],
    ['an open quote', 'mode: "act', '1:11 a quote is not closed.'],
    [
      'a key without a colon',
      'version\nmode: act',
      '1:1 a key without a value. Write it as key: value, in one line.',
    ],
    [
      'a colon in a text',
      'version: 1\nmode: act: now',
      '2:7 a second key begins inside a value. Indent it like its neighbours; if it is a text with ": " in it, put it in quotes.',
    ],
    [
      'another indentation',
      'services:\n  - a: 1\n b: 2',
      '3:1 the indentation fits nothing above. Indent it like its neighbours.',
    ],
    [
      'a placeholder without quotes',
      'alarm: {service}-high',
      '1:17 this does not belong here. A text with { } [ ] , # or ": " in it needs quotes.',
    ],
    ['missing commas', '{ a: 1 b: 2 }', '1:6 between { } or [ ] the entries are separated by commas.'],
    [
      'a percent sign in front',
      'add: %25',
      '1:6 a value cannot begin with this character. Put the text in quotes.',
    ],
    ['a star alone', 'cluster: *', '1:10 a * that begins a value is a YAML alias. Write "*" in quotes.'],
    [
      'an unknown escape',
      'a: "\\q"',
      '1:5 a \\ in double quotes begins an escape, and this one does not exist. Use single quotes.',
    ],
    [
      'a second document',
      'version: 1\n---\nmode: act',
      '2:1 a second document begins. Only one is read: remove the --- line.',
    ],
    ['a list as a key', '? [a]\n: 1', '1:3 a key must be a word.'],
    ['an old version', '%YAML 1.1\n---\nmode: act', '1:1 only YAML 1.2 is read. Remove the %YAML directive.'],
    ['endless lists', '['.repeat(9_000), null],
    ['endless indentation', '- '.repeat(9_000), null],
    ['lists in lists', `a: ${'['.repeat(40)}${']'.repeat(40)}`, null],
  ])('%s', (_, text, expected) => {
    if (expected === null) expect(lines(text).join()).toContain('nested too deeply')
    else expect(only(text)).toBe(expected)
  })

  it('a file beyond all measure is not read', () => {
    expect(only(`version: 1\nmode: act\n#${'x'.repeat(500_000)}`)).toBe(
      '1:1 the file has more than 500,000 characters.',
    )
  })
})

describe('what YAML can do and a policy does not use', () => {
  const head = 'version: 1\nmode: act\n'
  it.each([
    [
      'a star without quotes',
      rules('match: { cluster: prod, service: *-web }'),
      '4:38 services[0].match.service: *-web without quotes is a YAML alias, which is not read. Write "*-web".',
    ],
    [
      'an anchor',
      `${head}tasks: &t []\n`,
      '3:11 tasks: anchors (&) are not read. Write the value where it is needed.',
    ],
    ['a tag', `${head}tasks: !!seq []\n`, '3:14 tasks: tags (!) are not read. Write the value alone.'],
    [
      'a tag of its own',
      `${head}tasks: !jobs []\n`,
      '3:14 tasks: tags (!) are not read. Write the value alone.',
    ],
    [
      'a merge key',
      `${head}<<: {}\n`,
      '3:1 ["<<"]: no such key. Known here: version, mode, slack, services, tasks.',
    ],
    ['a doubled key', `${head}mode: observe\n`, '3:1 mode: this key stands in line 2 already.'],
    [
      'a number as a key',
      `${head}7: x\n`,
      '3:1 7: no such key. Known here: version, mode, slack, services, tasks.',
    ],
    [
      'a key without a name',
      `${head}: x\n`,
      '3:1 [""]: no such key. Known here: version, mode, slack, services, tasks.',
    ],
    [
      'a prototype',
      `${head}__proto__: {}\n`,
      '3:1 __proto__: no such key. Known here: version, mode, slack, services, tasks.',
    ],
    [
      'a constructor',
      `${head}constructor: {}\n`,
      '3:1 constructor: no such key. Known here: version, mode, slack, services, tasks.',
    ],
    [
      'a key of several lines',
      `${head}"a\\nb": 1\n`,
      '3:1 ["a?b"]: no such key. Known here: version, mode, slack, services, tasks.',
    ],
    [
      'an escape of the terminal',
      'version: 1\nmode: "\\e[31mact"\n',
      '2:7 mode: "?[31mact" is not known. Write act or observe.',
    ],
  ])('%s', (_, text, expected) => {
    expect(only(text)).toBe(expected)
  })

  it('aliases that would grow without end are told one by one', () => {
    const bomb = 'a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]\n'
    expect(lines(`${head}${bomb}`).slice(0, 3)).toStrictEqual([
      'longshore.yml:3:7   a: anchors (&) are not read. Write the value where it is needed.',
      'longshore.yml:4:7   b: anchors (&) are not read. Write the value where it is needed.',
      'longshore.yml:4:8   b[0]: *a without quotes is a YAML alias, which is not read. Write "*a".',
    ])
  })
})

describe('values', () => {
  it.each([
    ['no version', 'mode: act', '1:1 version: missing. Write 1.'],
    ['an empty version', 'version:\nmode: act', '1:9 version: empty. Write 1.'],
    ['a version in quotes', 'version: "1"\nmode: act', '1:10 version: "1" is text. Write 1 without quotes.'],
    [
      'another version',
      'version: 2\nmode: go\nnew: 1',
      '1:10 version: 2 is not known. This Longshore reads version 1.',
    ],
    [
      'another version behind a byte order mark',
      '\uFEFFversion: 2',
      '1:10 version: 2 is not known. This Longshore reads version 1.',
    ],
    ['no mode', 'version: 1', '1:1 mode: missing. Write act or observe.'],
    ['a mode in capitals', 'version: 1\nmode: Act', '2:7 mode: "Act" is not known. Did you mean act?'],
    ['another mode', 'version: 1\nmode: enforce', '2:7 mode: "enforce" is not known. Write act or observe.'],
    [
      'a mode that is a list',
      'version: 1\nmode: [act]',
      '2:7 mode: a list is not known. Write act or observe.',
    ],
    ['an empty list', 'version: 1\nmode: act\ntasks:', '3:7 tasks: empty. Write what belongs under it.'],
    [
      'a mapping for a list',
      'version: 1\nmode: act\ntasks:\n  match: {}',
      '4:3 tasks: a mapping stands where a list belongs. Begin each entry with "- ".',
    ],
    ['a text for a rule', rules('checkout'), '4:5 services[0]: "checkout" stands where a mapping belongs.'],
    ['an empty rule', rules(''), '4:5 services[0]: empty. Write what belongs under it.'],
    [
      'no match',
      rules('scale: { min: 1, max: 2 }'),
      '4:5 services[0].match: missing. Write what belongs under it.',
    ],
    [
      'no cluster',
      rules('match: { service: web }'),
      '4:5 services[0].match.cluster: missing. For example prod.',
    ],
    [
      'no service',
      rules('match:', '    cluster: prod').replace('  -     ', '      '),
      '4:5 services[0].match.service: missing. For example checkout.',
    ],
    [
      'an unknown key far from all',
      rules('match: { cluster: c, service: s, region: eu }'),
      '4:38 services[0].match.region: no such key. Known here: cluster, service.',
    ],
    [
      'a number for a name',
      rules('match: { cluster: prod, service: 007 }'),
      '4:38 services[0].match.service: 7 is a number, and text belongs here. Put it in quotes: "007".',
    ],
    [
      'a truth for a name',
      rules('match: { cluster: true, service: web }'),
      '4:23 services[0].match.cluster: true is a boolean, and text belongs here. Put it in quotes: "true".',
    ],
    [
      'an ARN for a name',
      rules('match: { cluster: "arn:aws:ecs:eu-west-1:1:cluster/prod", service: web }'),
      "4:23 services[0].match.cluster: an ARN is not read here. Write the cluster's name.",
    ],
    [
      'a space in a name',
      rules('match: { cluster: prod, service: my web }'),
      '4:38 services[0].match.service: "my web" is no service name. Letters, digits, - and _; * stands for any run of them.',
    ],
    [
      'an empty name',
      rules('match: { cluster: "", service: web }'),
      '4:23 services[0].match.cluster: "" is no cluster name. Letters, digits, - and _; * stands for any run of them.',
    ],
    [
      'a name of 256 letters',
      rules(`match: { cluster: prod, service: ${'x'.repeat(256)} }`),
      `4:38 services[0].match.service: "${'x'.repeat(60)}…" is no service name. Letters, digits, - and _; * stands for any run of them.`,
    ],
    ['no min', scale('max: 2'), '5:5 services[0].scale.min: missing. For example 2.'],
    [
      'a negative min',
      scale('min: -1', 'max: 2'),
      '6:12 services[0].scale.min: -1 is too small. At least 0.',
    ],
    ['half a task', scale('min: 1', 'max: 2.5'), '7:12 services[0].scale.max: 2.5 is no whole number.'],
    [
      'a max in quotes',
      scale('min: 1', 'max: "40"'),
      '7:12 services[0].scale.max: "40" is text. Write 40 without quotes.',
    ],
    [
      'a max in words',
      scale('min: 1', 'max: many'),
      '7:12 services[0].scale.max: "many" is no whole number.',
    ],
    [
      'an infinite max',
      scale('min: 1', 'max: .inf'),
      '7:12 services[0].scale.max: Infinity is no whole number.',
    ],
    [
      'a max that is no number',
      scale('min: 1', 'max: .nan'),
      '7:12 services[0].scale.max: NaN is no whole number.',
    ],
    [
      'a max beyond measure',
      scale('min: 1', 'max: 10001'),
      '7:12 services[0].scale.max: 10001 is too large. At most 10000.',
    ],
    ['min above max', scale('max: 2', 'min: 3'), '7:12 services[0].scale.min: min 3 is above max 2.'],
    [
      'a number for a cooldown',
      scale('min: 1', 'max: 2', 'in: { cooldown: 300 }'),
      '8:23 services[0].scale.in.cooldown: 300 is no duration. Write 2m, 120s or 1h30m.',
    ],
    [
      'an empty cooldown',
      scale('min: 1', 'max: 2', 'in: { cooldown: }'),
      '8:23 services[0].scale.in.cooldown: nothing is no duration. Write 2m, 120s or 1h30m.',
    ],
    [
      'a cooldown in another order',
      scale('min: 1', 'max: 2', 'in: { cooldown: 30s2m }'),
      '8:23 services[0].scale.in.cooldown: "30s2m" is no duration. Write 2m, 120s or 1h30m.',
    ],
    [
      'a cooldown of weeks',
      scale('min: 1', 'max: 2', 'out: { cooldown: 169h }'),
      '8:24 services[0].scale.out.cooldown: "169h" is too long. At most 168h.',
    ],
    [
      'an empty alarm',
      trigger('{ alarm: "", steps: [{ from: 0, add: 1 }] }'),
      '9:20 services[0].scale.triggers[0].alarm: "" is no alarm name. 1 to 255 characters.',
    ],
    [
      'an unknown placeholder',
      trigger('{ alarm: "{name}-high", steps: [{ from: 0, add: 1 }] }'),
      '9:20 services[0].scale.triggers[0].alarm: "{name}" is no placeholder. Known: {service} and {cluster}.',
    ],
    [
      'an ARN for an alarm',
      trigger('{ alarm: "arn:aws:cloudwatch:x:1:alarm:y", steps: [{ from: 0, add: 1 }] }'),
      "9:20 services[0].scale.triggers[0].alarm: an ARN is not read here. Write the alarm's name.",
    ],
    [
      'no steps',
      trigger('{ alarm: a }'),
      '9:11 services[0].scale.triggers[0].steps: missing. Write what belongs under it.',
    ],
    [
      'an empty list of steps',
      trigger('{ alarm: a, steps: [] }'),
      '9:30 services[0].scale.triggers[0].steps: an empty list. Write at least 1 entry.',
    ],
    [
      'half a percent sign',
      trigger('{ alarm: a, steps: [{ from: 0, add: 25 % }] }'),
      '9:47 services[0].scale.triggers[0].steps[0].add: "25 %" is no amount of tasks. Write 2 or 25%.',
    ],
    [
      'a negative addition',
      trigger('{ alarm: a, steps: [{ from: 0, add: -2 }] }'),
      '9:47 services[0].scale.triggers[0].steps[0].add: -2 is no amount of tasks. Write 2 or 25%.',
    ],
    [
      'a list to add',
      trigger('{ alarm: a, steps: [{ from: 0, add: [2] }] }'),
      '9:47 services[0].scale.triggers[0].steps[0].add: a list is no amount of tasks. Write 2 or 25%.',
    ],
    [
      'a least without a percentage',
      trigger('{ alarm: a, steps: [{ from: 0, add: 2 }], atLeast: 2 }'),
      '9:62 services[0].scale.triggers[0].atLeast: no step is in percent, so this has no effect. Remove it.',
    ],
    [
      'no causes',
      restart('{ on: [] }'),
      '5:28 tasks[0].heal.restart.on: an empty list. Write at least 1 entry.',
    ],
    [
      'a cause for a list',
      restart('{ on: crash }'),
      '5:28 tasks[0].heal.restart.on: "crash" stands where a list belongs. Begin each entry with "- ".',
    ],
    [
      'a cause twice',
      restart('{ on: [oom, crash, oom] }'),
      '5:41 tasks[0].heal.restart.on[2]: "oom" is listed twice.',
    ],
    [
      'another cause',
      restart('{ on: [timeout] }'),
      '5:29 tasks[0].heal.restart.on[0]: "timeout" is not known. Write crash, oom, spot, host, start or health.',
    ],
    [
      'too many attempts',
      restart('{ on: [oom], attempts: 101 }'),
      '5:45 tasks[0].heal.restart.attempts: 101 is too large. At most 100.',
    ],
    [
      'yes for true',
      restart('{ on: [oom], scheduled: yes }'),
      '5:46 tasks[0].heal.restart.scheduled: "yes" is neither true nor false.',
    ],
    [
      'one wait',
      restart('{ on: [oom], backoff: 10s }'),
      '5:44 tasks[0].heal.restart.backoff: "10s" is no back-off. Write 10s..5m: the first wait, then the longest.',
    ],
    [
      'waits that shrink',
      restart('{ on: [oom], backoff: 5m..10s }'),
      '5:44 tasks[0].heal.restart.backoff: "5m..10s" is no back-off. Write 10s..5m: the first wait, then the longest, at most 168h.',
    ],
    [
      'no wait',
      restart('{ on: [oom], backoff: 0s..10s }'),
      '5:44 tasks[0].heal.restart.backoff: "0s..10s" is no back-off. Write 10s..5m: the first wait, then the longest, at most 168h.',
    ],
    [
      'a key of a later Longshore',
      restart('{ on: [oom], memory: +50% }'),
      '5:35 tasks[0].heal.restart.memory: no such key. Known here: on, attempts, backoff, resetAfter, scheduled, budget.',
    ],
    [
      'more memory, up to nothing',
      oom('{ upTo: 0GB }'),
      '5:50 tasks[0].heal.oom.upTo: "0GB" is nothing. Write more than 0.',
    ],
    [
      'more memory in a unit that ECS does not have',
      oom('{ upTo: 8TB }'),
      '5:50 tasks[0].heal.oom.upTo: "8TB" is no amount of memory. Write 8GB, or 1536MiB.',
    ],
    [
      'more memory by nothing',
      oom('{ upTo: 8GB, grow: 0% }'),
      '5:61 tasks[0].heal.oom.grow: "0%" is no percentage from 1% to 400%. Write it as 65%.',
    ],
    [
      'more memory after stops that are left alone',
      oom('{ upTo: 8GB }', 'crash'),
      '5:44 tasks[0].heal.oom: Never used: heal.restart.on does not name oom.',
    ],
    [
      'port 0',
      'version: 1\nmode: act\ntasks:\n  - match: { cluster: c, family: f }\n    discover: { namespace: n, service: s, port: 0 }',
      '5:49 tasks[0].discover.port: 0 is too small. At least 1.',
    ],
    [
      'a space in a namespace',
      'version: 1\nmode: act\ntasks:\n  - match: { cluster: c, family: f }\n    discover: { namespace: a b, service: s }',
      '5:28 tasks[0].discover.namespace: "a b" is no namespace name. Write its name, such as jobs.internal.',
    ],
  ])('%s', (_, text, expected) => {
    expect(only(text)).toBe(expected)
  })

  it('too many rules are told with their number', () => {
    const many = Array.from({ length: 1_001 }, (_, index) => `match: { cluster: c, service: s${index} }`)
    expect(only(rules(...many))).toBe('4:3 services: 1001 entries are too many. At most 1000.')
  })
})

describe('more memory', () => {
  it.each([
    ['{ upTo: 8GB }', { growPercent: 50, upToMiB: 8_192 }],
    ['{ upTo: 1.5GB, grow: 100% }', { growPercent: 100, upToMiB: 1_536 }],
    ['{ upTo: 6000MiB }', { growPercent: 50, upToMiB: 6_000 }],
  ])('%s', (text, expected) => {
    const reading = readPolicy(oom(text), 'longshore.yml')
    expect(reading.ok && reading.policy.tasks[0]?.heal?.oom).toEqual(expected)
  })
})

describe('slack', () => {
  it.each([
    ['nothing', '{}', '3:8 slack: how to post is not told. Write channel and token, or webhook.'],
    [
      'a channel alone',
      '{ channel: "#ops" }',
      '3:8 slack: token is missing. Write token: /longshore/slack-token.',
    ],
    ['a token alone', '{ token: /a/b }', '3:8 slack: channel is missing. Write channel: "#ops".'],
    [
      'both ways',
      '{ token: /a/b, webhook: /a/c }',
      '3:32 slack.webhook: token and webhook exclude each other. Keep one.',
    ],
    [
      'a channel for a webhook',
      '{ channel: ops, webhook: /a/c }',
      '3:19 slack.channel: a webhook posts to its own channel. Remove channel.',
    ],
    [
      'a channel with a space',
      '{ channel: the ops, token: /a/b }',
      '3:19 slack.channel: "the ops" is no channel. Write "#ops" or an id such as C024BE91L.',
    ],
    [
      'a channel without quotes',
      '\n  channel: #ops\n  token: /a/b',
      '4:12 slack.channel: empty, because # begins a comment in YAML. Put it in quotes: "#ops".',
    ],
    [
      'a reserved parameter',
      '{ channel: ops, token: /AWS/x }',
      '3:31 slack.token: names that begin with /aws or /ssm belong to AWS. Choose another.',
    ],
    [
      'a key of a later Longshore',
      '{ channel: ops, token: /a/b, quiet: {} }',
      '3:37 slack.quiet: no such key. Known here: channel, token, webhook.',
    ],
  ])('%s', (_, text, expected) => {
    expect(only(slack(text))).toBe(expected)
  })

  it.each([
    [
      'a bot token',
      '{ channel: ops, token: xoxb-000000000000-T00000000-aBcDeF }',
      '3:31 slack.token: a secret stands here. Revoke it, store a new one as an SSM SecureString, and write the name of the parameter, such as /longshore/slack.',
    ],
    [
      'an app token',
      '{ channel: ops, token: xapp-1-A0-T00000000-xyz }',
      '3:31 slack.token: a secret stands here. Revoke it, store a new one as an SSM SecureString, and write the name of the parameter, such as /longshore/slack.',
    ],
    [
      'a webhook elsewhere',
      '{ webhook: https://chat.example.org/hooks/xyz }',
      '3:19 slack.webhook: a secret stands here. Revoke it, store a new one as an SSM SecureString, and write the name of the parameter, such as /longshore/slack.',
    ],
    [
      'a webhook',
      '{ webhook: https://hooks.slack.com/services/T00000000/B0/xyz }',
      '3:19 slack.webhook: a secret stands here. Revoke it, store a new one as an SSM SecureString, and write the name of the parameter, such as /longshore/slack.',
    ],
    [
      'a token as the channel',
      '{ channel: "x xoxb-1-T00000000", token: /a/b }',
      '3:19 slack.channel: "x (secret)" is no channel. Write "#ops" or an id such as C024BE91L.',
    ],
    [
      'a webhook as a key',
      '{ channel: ops, token: /a/b, hooks.slack.com/services/T00000000/B0/xyz: 1 }',
      '3:37 slack["(secret)"]: no such key. Known here: channel, token, webhook.',
    ],
    [
      'a token as an alias',
      '{ channel: ops, token: *xoxb-1-T00000000 }',
      '3:31 slack.token: *(secret) without quotes is a YAML alias, which is not read. Write "*(secret)".',
    ],
  ])('%s is refused and not repeated', (_, text, expected) => {
    expect(only(slack(text))).toBe(expected)
    expect(lines(slack(text)).join().replaceAll('(secret)', '')).not.toMatch(/xoxb|T00000000|aBcDeF|xyz/)
  })
})

describe('rules that cannot hold', () => {
  const match = (cluster: string, service: string) =>
    `match: { cluster: "${cluster}", service: "${service}" }`
  it.each([
    [
      'the same match',
      rules(match('prod', 'web'), match('prod', 'api'), match('prod', 'web')),
      '6:12 services[2].match: services[0] has the same match, and the first one wins. Put both into one rule.',
    ],
    [
      'a wildcard above a name',
      rules(match('prod', 'w*'), match('prod', 'web')),
      '5:12 services[1].match: services[0] matches all of this already, so this rule never holds. Put it above that one.',
    ],
    [
      'a wide wildcard above a narrow one',
      rules(match('*', '*-api'), match('prod-*', 'shop-*-api')),
      '5:12 services[1].match: services[0] matches all of this already, so this rule never holds. Put it above that one.',
    ],
    [
      'two ways to write a wildcard',
      rules(match('prod', 'a*'), match('prod', 'a**')),
      '5:12 services[1].match: services[0] matches all of this already, so this rule never holds. Put it above that one.',
    ],
    [
      'a family under a wildcard',
      'version: 1\nmode: act\ntasks:\n  - match: { cluster: c, family: etl-* }\n  - match: { cluster: c, family: etl-a }',
      '5:12 tasks[1].match: tasks[0] matches all of this already, so this rule never holds. Put it above that one.',
    ],
  ])('%s', (_, text, expected) => {
    expect(only(text)).toBe(expected)
  })

  it.each([
    ['other clusters', rules(match('prod', 'web'), match('test', 'web'))],
    ['a narrower one first', rules(match('prod', 'web'), match('prod', 'w*'), match('*', '*'))],
    ['wildcards that only overlap', rules(match('prod', 'a*'), match('prod', '*b'))],
    ['a cluster that is wider', rules(match('prod', '*'), match('prod*', '*'))],
    ['capitals', rules(match('prod', 'web'), match('prod', 'Web'))],
  ])('%s are no problem', (_, text) => {
    expect(lines(text)).toStrictEqual(['no problem'])
  })
})

describe('one alarm moves one service', () => {
  const rule = (cluster: string, service: string, ...alarms: string[]) =>
    rules(
      `match: { cluster: "${cluster}", service: "${service}" }\n    scale: { min: 1, max: 2, triggers: [${alarms
        .map(alarm => `{ alarm: "${alarm}", steps: [{ from: 0, add: 1 }] }`)
        .join(', ')}] }`,
    )
  const at = (sentence: string) => `5:50 services[0].scale.triggers[0].alarm: ${sentence}`
  it.each([
    [
      'a plain name under a wildcard',
      rule('prod', 'worker-*', 'worker-high'),
      at('one alarm would move every service that "worker-*" matches. Write {service} into its name.'),
    ],
    [
      'the wrong placeholder',
      rule('prod', '*', '{cluster}-high'),
      at('one alarm would move every service that "*" matches. Write {service} into its name.'),
    ],
    [
      'a cluster left open',
      rule('prod-*', 'web', '{service}-high'),
      at(
        'one alarm would move services in every cluster that "prod-*" matches. Write {cluster} into its name.',
      ),
    ],
    [
      'names that run together',
      rule('*', '*', '{cluster}-{service}-high'),
      at(
        'where one name ends and the next begins cannot be told. Put a character between them that names never have, such as / or a dot.',
      ),
    ],
    [
      'the same alarm twice',
      rule('prod', 'web', 'high', 'high'),
      '5:99 services[0].scale.triggers[1].alarm: triggers[0] has the same alarm. Put the steps into one trigger.',
    ],
    [
      'the same alarm in other words',
      rule('prod', 'web', 'web-high', '{service}-high'),
      '5:103 services[0].scale.triggers[1].alarm: triggers[0] has the same alarm. Put the steps into one trigger.',
    ],
  ])('%s is refused', (_, text, expected) => {
    expect(only(text)).toBe(expected)
  })

  it.each([
    ['a placeholder for a wildcard', rule('prod', 'worker-*', '{service}-high', '{service}-low')],
    ['two placeholders kept apart', rule('*', '*', '{cluster}/{service}-high')],
    ['a placeholder where the name is known', rule('prod', 'web', '{cluster}{service}')],
    ['one wildcard beside a known name', rule('prod', 'web-*', '{cluster}{service}')],
  ])('%s is accepted', (_, text) => {
    expect(lines(text)).toStrictEqual(['no problem'])
  })
})
