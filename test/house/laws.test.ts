import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { triggers } from '../../src/scaling/triggers.ts'
import { codeOf, filesIn, folderOf, importsOf, loadedBy, reach, sources, textOf } from './house.ts'

const rooms = ['src/scaling', 'src/healing', 'src/discovery']

/** The files for which a law does not hold, as `file: what`. Empty = kept. */
const offenders = (files: string[], offence: (file: string) => string[]): string[] =>
  files.flatMap(file => offence(file).map(what => `${file}: ${what}`))

const occurrences = (pattern: RegExp) => (file: string) => codeOf(file).match(pattern) ?? []

/** `decide.ts` of each room and each of its parts, and `decide-….ts` where a part decides several things. */
const deciding = sources.filter(
  file => rooms.includes(folderOf(file)) && /^decide(-[a-z]+)*\.ts$/.test(basename(file)),
)

describe('the laws of the house', () => {
  it('model imports nothing of ours', () => {
    const model = sources.filter(file => file.startsWith('src/model/'))
    expect(offenders(model, file => importsOf(file).filter(path => !path.startsWith('src/model/')))).toEqual(
      [],
    )
  })

  it('what decides reaches only the model, its own room and the notations of the policy', () => {
    expect(deciding).toHaveLength(11)
    const allowed = (file: string) => ['src/model', 'src/policy', folderOf(file)]
    expect(
      offenders(deciding, file => [...reach(file)].filter(path => !allowed(file).includes(folderOf(path)))),
    ).toEqual([])
  })

  it('what decides never waits', () => {
    const pure = deciding.flatMap(file => [
      file,
      ...[...reach(file)].filter(path => folderOf(path) === folderOf(file)),
    ])
    expect(offenders([...new Set(pure)], occurrences(/\b(async|await|Promise)\b/g))).toEqual([])
  })

  it('rooms never import each other', () => {
    const offence = (file: string) =>
      importsOf(file).filter(path => rooms.includes(folderOf(path)) && folderOf(path) !== folderOf(file))
    expect(
      offenders(
        sources.filter(file => rooms.includes(folderOf(file))),
        offence,
      ),
    ).toEqual([])
  })

  it.each(['src/adapters', 'src/world'])(
    'only app.ts, the command line and the simulation know %s',
    hidden => {
      const knows = (file: string) =>
        file === 'src/app.ts' || /^src\/(cli|simulation)\//.test(file) || folderOf(file) === hidden
      const offence = (file: string) => importsOf(file).filter(path => folderOf(path) === hidden)
      expect(
        offenders(
          sources.filter(file => !knows(file)),
          offence,
        ),
      ).toEqual([])
    },
  )

  it('only reconcile/act.ts calls a verb that changes production', () => {
    const verbs =
      /\.(updateService|rollBackService|setCapacityProviders|stopDeployment|runTask|stopTask|registerInstance|deregisterInstance|setInstanceHealth)\(/g
    const outside = (file: string) => !/^src\/(adapters|world|cli|simulation)\//.test(file)
    expect(
      offenders(
        sources.filter(file => outside(file) && file !== 'src/reconcile/act.ts'),
        occurrences(verbs),
      ),
    ).toEqual([])
    expect(new Set(occurrences(verbs)('src/reconcile/act.ts')).size).toBe(9)
  })

  it.each([
    ['Date', /\bDate\b/g, ['src/model/time.ts']],
    ['randomness', /\bMath\.random\b|\brandomBytes\b|\brandomUUID\b/g, ['src/app.ts', 'src/adapters/ids.ts']],
    ['the environment', /\bprocess\.env\b/g, ['src/app.ts']],
    [
      'timers',
      /\bset(Timeout|Interval|Immediate)\(|node:timers/g,
      ['src/cli/demo/screen.ts', 'src/simulation/turn.ts'],
    ],
  ])('only its one place touches %s', (_, pattern, places) => {
    expect(
      offenders(
        sources.filter(file => !places.includes(file)),
        occurrences(pattern),
      ),
    ).toEqual([])
  })

  it.each([...rooms, 'src/healing/services'])('%s has a sentence for every reason', room => {
    const codes = [...codeOf(`${room}/reason.ts`).matchAll(/code: '([a-z-]+)'/g)].map(([, code]) => code)
    expect(codes.length).toBeGreaterThan(2)
    const explain = codeOf(`${room}/explain.ts`)
    expect(codes.filter(code => !explain.includes(`'${code}'`))).toEqual([])
  })

  it('every kind of trigger has its file, and every file its kind', () => {
    const files = filesIn('src/scaling/triggers', '.ts').map(file => basename(file, '.ts'))
    expect(Object.keys(triggers).sort()).toEqual(files)
    const wishes = filesIn('src/scaling/wishes', '.ts').map(file => basename(file, '.ts'))
    expect(files.filter(kind => !wishes.includes(kind))).toEqual([])
  })

  it('what decides never loads zod, and no handler the schema of longshore.yml', () => {
    const schemas =
      /^src\/(policy\/(schema|steps|values|names|slack)|[a-z]+(\/[a-z]+)*\/([a-z]+-)?policy|scaling\/wishes\/[a-z]+)\.ts$/
    expect(sources.filter(file => schemas.test(file)).length).toBeGreaterThan(10)
    const handlers = sources.filter(file => file.startsWith('handlers/'))
    const loaded = (files: string[]) => [...new Set(files.flatMap(file => [...loadedBy(file)]))]
    expect(offenders(loaded(deciding), occurrences(/from 'zod'/g))).toEqual([])
    expect(loaded(handlers).filter(file => schemas.test(file))).toEqual([])
    expect(loaded(handlers)).toContain('src/scaling/triggers/schedule.ts')
  })

  it('every handler is in serverless.yml and the reverse', () => {
    const { functions } = parse(textOf('serverless.yml'), { merge: true })
    const handlers = filesIn('handlers', '.ts').map(file => basename(file, '.ts'))
    expect(Object.keys(functions).sort()).toEqual(handlers)
    for (const name of handlers) expect(functions[name].handler).toBe(`dist/${name}/index.handler`)
  })

  it('every function has a role of its own', () => {
    const { functions } = parse(textOf('serverless.yml'), { merge: true })
    const roles = Object.values<{ role: { 'Fn::Sub': string } }>(functions).map(({ role }) => {
      const [, name = ''] = /^\$\{(\w+)\.Arn\}$/.exec(role['Fn::Sub']) ?? []
      return name
    })
    expect(new Set(roles).size).toBe(roles.length)
    const defined = Object.keys(parse(textOf('stack/roles.yml'), { merge: true }).Resources)
    expect(roles.filter(role => !defined.includes(role))).toEqual([])
  })

  it('every payload in events/ is JSON', () => {
    const events = filesIn('events', '.json')
    expect(events.length).toBeGreaterThan(10)
    for (const file of events) expect(() => JSON.parse(textOf(file)), file).not.toThrow()
  })

  it('no file is named after nothing', () => {
    const empty = /^(utils?|helpers?|common|base|managers?|misc)\b/
    expect(sources.filter(file => empty.test(basename(file)))).toEqual([])
  })

  it('the lock file holds no download addresses', () => {
    expect(textOf('package-lock.json')).not.toMatch(/"resolved"|https?:\/\/registry/)
  })
})
