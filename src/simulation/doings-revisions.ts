import { minute } from '../model/time.ts'
import type { World } from '../world/world.ts'
import { canary } from './account.ts'
import { shortRevision } from './narration.ts'
import { cluster } from './policies.ts'
import type { Happening, Release, ServicePart } from './scenario.ts'
import type { Truth } from './truth.ts'

const jobLog = { group: '/ecs/jobs', streamPrefix: 'job' }

type Of<W extends Happening['what']> = (happening: Extract<Happening, { what: W }>) => void

/** What owners deploy, and what becomes of what they deployed. */
export function revisionDoings(
  world: World,
  truth: Truth,
  services: Map<string, ServicePart>,
  tell: (text: string) => void,
): {
  released(service: string, taskDefinitionArn: string): void
  newest: ReadonlyMap<string, string>
  deploy: Of<'deploy'>
  release: Of<'release'>
  break: Of<'break'>
} {
  const path = (service: string): string => `${cluster}/${service}`
  const newest = new Map<string, string>()
  const worst = new Map<string, string>()
  const released = (service: string, taskDefinitionArn: string): void => {
    const before = truth.releases.get(service) ?? []
    truth.releases.set(service, [...before, { atMs: world.clock.now(), taskDefinitionArn }])
  }
  const deploy = (service: string, revision: Release): void => {
    if (services.get(service)?.controller !== 'ECS') return
    const again = revision === 'bad-again' ? worst.get(service) : undefined
    const definition =
      again ??
      world.registerTaskDefinition({
        family: service,
        containers: [{ name: 'app', image: 'job:1', log: jobLog, environment: { API_TOKEN: canary } }],
      })
    if (!again) newest.set(service, definition)
    if (typeof revision !== 'string') {
      const lastWords = ['no such table', `password=${canary}`]
      world.setFate(definition, { ...revision, lastWords })
      truth.destine(definition, revision.how)
      worst.set(service, definition)
    }
    const fate = truth.fateOf(definition)
    tell(
      `${shortRevision(definition)} is deployed${again ? ' again' : ''}${fate ? `, and will end: ${fate}` : ''}`,
    )
    unlessGone(() => {
      world.deploy(path(service), definition)
      released(service, definition)
    })
  }
  return {
    released,
    newest,
    deploy: ({ service, crashes }) => deploy(service, crashes ? { how: 'crash', afterMs: 15_000 } : 'good'),
    release: ({ service, revision }) => deploy(service, revision),
    break({ service, minutes }) {
      const revision = truth.releases.get(service)?.at(-1)?.taskDefinitionArn ?? `${service}:1`
      // Its own fate is worse.
      if (truth.fateOf(revision) !== null) return
      tell(`for ${minutes} minutes nothing works on which ${service} depends`)
      world.setFate(revision, { how: 'crash', afterMs: 5_000 })
      truth.destine(revision, 'crash')
      for (const task of truth.tasks.values())
        if (task.service === service && task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING')
          world.killTask(task.taskId, 'crash')
      world.timeline.after(minutes * minute, () => {
        tell(`what ${service} depends on works again`)
        world.setFate(revision, null)
        truth.destine(revision, null)
      })
    },
  }
}

/** The control panel throws on what is not there (any more); in a random account that is nobody's mistake. */
export function unlessGone(act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof Error)) throw error
  }
}
