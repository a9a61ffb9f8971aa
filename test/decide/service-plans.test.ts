import { describe, expect, it } from 'vitest'
import { dailyWindow } from '../../src/healing/planned/window-notation.ts'
import { decideServiceMachines } from '../../src/healing/services/decide-machines.ts'
import { decideServiceRetirement } from '../../src/healing/services/decide-retirement.ts'
import { explain } from '../../src/healing/services/explain.ts'
import type { ServiceHostPolicy } from '../../src/healing/services/policy.ts'
import type { ServiceHealingReason } from '../../src/healing/services/reason.ts'
import type { ServiceHealingMemory } from '../../src/model/memory.ts'
import { type Reading, readingOf, refused } from '../../src/model/reading.ts'
import type { Service } from '../../src/model/service.ts'
import type { Task } from '../../src/model/task.ts'
import { day, hour, minute, second } from '../../src/model/time.ts'
import { now, running } from './healing-tasks.ts'
import { deployed } from './service-healing-stops.ts'

/** What is done about a service's living tasks. `now` is 02:10 UTC. */

const window = (text: string) => dailyWindow.parse(text)
const unread: Reading<Service> = readingOf(refused('ecs:DescribeServices', 'unavailable', 'no answer'), now)
const gone: Reading<Service> = { kind: 'missing', what: 'service web' }
/** Four of four run; half may miss. */
const four = (change: Partial<Service> = {}) =>
  deployed([[1, 'COMPLETED', 0]], {
    desiredCount: 4,
    runningCount: 4,
    minimumHealthyPercent: 50,
    ...change,
  })

describe('tasks of a service on a machine in trouble', () => {
  const m1 = 'arn:aws:ecs:eu-west-1:123456789012:container-instance/prod/m1'
  const task = (taskId: string, machine = m1): Task =>
    running(taskId, { containerInstanceArn: machine, group: 'service:web' })
  /** On machines that are well. */
  const elsewhere = ['y', 'z'].map(taskId => task(taskId, m1.replace('m1', 'm2')))
  const policy = (change: Partial<ServiceHostPolicy> = {}): ServiceHostPolicy => ({
    afterMs: 10 * minute,
    remedy: 'replace',
    atOnce: 1,
    ...change,
  })
  const lasting = (more: object = {}): Partial<ServiceHealingMemory> => ({
    hosts: { [m1]: { trouble: 'disconnected', sinceMs: now - 10 * minute, seenAtMs: now - minute, ...more } },
  })

  const decided = ({
    trouble = 'disconnected' as 'disconnected' | null,
    tasks = [task('a'), task('b'), ...elsewhere],
    service = four(),
    paused = null as string | null,
    wish = policy() as ServiceHostPolicy | null,
    memory = lasting(),
    isRead = true,
  } = {}) =>
    decideServiceMachines(
      isRead ? { seen: new Map([[m1, trouble]]), tasks } : null,
      service,
      paused,
      wish ?? undefined,
      { stops: [], loops: {}, ...memory },
      now,
    )
  const words = ({ decisions }: ReturnType<typeof decided>): string[] =>
    decisions.map(each =>
      'do' in each
        ? `stop ${each.do.taskArn.split('/').at(-1)} above ${(each.do.whileSteady?.running ?? 0) - 1}`
        : `${each.tell ? 'tell' : 'hold'} ${'why' in each.because ? each.because.why : each.because.code}`,
    )

  it.each<[string, Parameters<typeof decided>[0], string[]]>([
    ['one is stopped', {}, ['stop a above 2']],
    ['as many at once as wished', { wish: policy({ atOnce: 2 }) }, ['stop a above 2', 'stop b above 2']],
    [
      'and never more than may miss',
      { wish: policy({ atOnce: 3 }), tasks: ['a', 'b', 'c', 'd'].map(id => task(id)) },
      ['stop a above 2', 'stop b above 2'],
    ],
    ['the hold-down lasts', { memory: lasting({ sinceMs: now - 9 * minute }) }, []],
    ['well again', { trouble: null }, []],
    ['not read', { isRead: false }, []],
    ['nobody asks', { wish: null }, []],
    ['only to be told', { wish: policy({ remedy: 'notify' }) }, ['tell machine-of-service']],
    [
      'and told before',
      { wish: policy({ remedy: 'notify' }), memory: lasting({ told: 'machine-of-service' }) },
      ['hold machine-of-service'],
    ],
    ['none may miss', { service: four({ minimumHealthyPercent: 100 }) }, ['tell none-may-miss']],
    [
      'one of one: none may miss',
      { service: four({ desiredCount: 1, runningCount: 1 }) },
      ['tell none-may-miss'],
    ],
    ['DAEMON', { service: four({ schedulingStrategy: 'DAEMON' }) }, ['tell unsupported']],
    ['CodeDeploy', { service: four({ deploymentController: 'CODE_DEPLOY' }) }, ['tell unsupported']],
    ['Express', { service: four({ resourceManagementType: 'ECS' }) }, ['tell unsupported']],
    ['paused', { paused: 'incident 7' }, ['hold paused']],
    [
      'deploying',
      {
        service: deployed([[2, 'IN_PROGRESS', 0]], {
          desiredCount: 4,
          runningCount: 4,
          minimumHealthyPercent: 50,
        }),
      },
      ['hold deploying'],
    ],
    ['one is missing already', { service: four({ runningCount: 3 }) }, ['hold not-steady']],
    // Its silent agent stops none, and ECS counts them until it does.
    [
      'two of those that count are told to stop',
      { tasks: ['a', 'b'].map(id => task(id)) },
      ['hold not-steady'],
    ],
    [
      'one of those that are listed is told to stop, a moment ago',
      {
        wish: policy({ atOnce: 2 }),
        memory: { ...lasting(), stopping: { a: { askAgainAtMs: now + minute } } },
      },
      ['hold not-steady'],
    ],
    [
      'more are listed than ECS counts: it counts',
      { wish: policy({ atOnce: 3 }), tasks: ['a', 'b', 'c'].map(id => task(id)).concat(elsewhere) },
      ['stop a above 2', 'stop b above 2'],
    ],
    [
      'one more counts that is told to stop: it makes no room',
      {
        service: four({ runningCount: 5 }),
        wish: policy({ atOnce: 3 }),
        tasks: ['a', 'b', 'c'].map(id => task(id)).concat(elsewhere.slice(1)),
      },
      ['stop a above 3', 'stop b above 3'],
    ],
    ['one more counts that is told to stop', { service: four({ runningCount: 5 }) }, ['stop a above 3']],
    ['one starts', { service: four({ pendingCount: 1 }) }, ['hold not-steady']],
    ['its state is not told', { service: unread }, ['hold unreadable']],
    ['the window is closed', { wish: policy({ window: window('05:00-06:00 UTC') }) }, ['hold window']],
    ['the window is open', { wish: policy({ window: window('02:00-03:00 UTC') }) }, ['stop a above 2']],
    [
      'one was stopped a moment ago',
      { memory: { ...lasting(), stopping: { x: { askAgainAtMs: now + minute } } } },
      ['hold in-line'],
    ],
  ])('%s', (_, of, expected) => {
    expect(words(decided(of))).toEqual(expected)
  })

  it('not read just now: what was known stays', () => {
    const memory = { ...lasting(), machinesReadAtMs: now - second }
    expect(decided({ isRead: false, memory }).memory).toEqual(memory)
  })
})

describe('a service whose tasks AWS will stop', () => {
  const nightly = { window: window('02:00-03:00 UTC') }
  const notice = (atMs: number | null = now + day, noticedAtMs: number | null = now + day) => ({
    key: `retirement/service-${atMs}`,
    retirement: { taskId: 'service', atMs },
    noticedAtMs,
  })
  const decided = (
    notices = [notice()],
    service: Reading<Service> = four(),
    paused: string | null = null,
    policy: { window: ReturnType<typeof window> } | undefined = nightly,
  ) => decideServiceRetirement(notices, service, paused, policy, now)
  const words = ({ decisions, settled }: ReturnType<typeof decided>): string[] => [
    ...decisions.map(each =>
      'do' in each
        ? `redeploy ${each.do.deploymentId}`
        : `${each.tell ? 'tell' : 'hold'} ${'why' in each.because ? each.because.why : each.because.code}`,
    ),
    ...settled.map(({ resolution }) => `settle ${resolution}`),
  ]

  it.each<[string, ReturnType<typeof decided>, string[]]>([
    ['in the window', decided(), ['redeploy ecs-svc/1']],
    ['the day was not told', decided([notice(null)]), ['redeploy ecs-svc/1']],
    ['when it was written neither', decided([notice(now + day, null)]), ['redeploy ecs-svc/1']],
    [
      'before the window',
      decided([notice()], four(), null, { window: window('05:00-06:00 UTC') }),
      ['tell redeploy-planned'],
    ],
    [
      'the window comes too late',
      decided([notice(now + hour)], four(), null, { window: window('05:00-06:00 UTC') }),
      ['tell too-late', 'settle redeploy-not'],
    ],
    ['the day has come', decided([notice(now)]), ['tell too-late', 'settle redeploy-not']],
    ['nobody asks any more', decideServiceRetirementUnasked(), ['tell unasked', 'settle redeploy-not']],
    ['paused', decided([notice()], four(), 'incident 7'), ['hold paused']],
    ['deploying', decided([notice()], deployed([[2, 'IN_PROGRESS', 0]])), ['hold deploying']],
    ['not told how it is', decided([notice()], unread), ['hold unreadable']],
    ['gone', decided([notice()], gone), ['hold gone', 'settle redeploy-not']],
    [
      'gone for a while',
      decided([notice()], four({ status: 'INACTIVE' })),
      ['hold gone', 'settle redeploy-not'],
    ],
    [
      'CodeDeploy',
      decided([notice()], four({ deploymentController: 'CODE_DEPLOY' })),
      ['tell controller', 'settle redeploy-not'],
    ],
    [
      'Express',
      decided([notice()], four({ resourceManagementType: 'ECS' })),
      ['tell express', 'settle redeploy-not'],
    ],
    ['deployed since', decided([notice(now + day, 0)]), ['hold deployed-since', 'settle redeploy-not']],
    ['two notices, one deployment', decided([notice(now + 2 * day), notice()]), ['redeploy ecs-svc/1']],
    ['no notice', decided([]), []],
  ])('%s', (_, verdict, expected) => {
    expect(words(verdict)).toEqual(expected)
  })

  it('settles the notice of the first day when it is done', () => {
    expect(decided([notice(now + 2 * day), notice()]).decisions[0]).toMatchObject({
      settles: `retirement/service-${now + day}`,
    })
  })

  function decideServiceRetirementUnasked() {
    return decideServiceRetirement([notice()], four(), null, undefined, now)
  }
})

describe('its sentences', () => {
  it.each<[ServiceHealingReason, string]>([
    [
      { code: 'machine-of-service', trouble: 'disconnected', forMs: 10 * minute, tasks: 2 },
      'The agent of a machine has been disconnected for 10 min, with 2 tasks of this service. ECS leaves them there. End the machine, or stop its tasks by hand, so that ECS starts others elsewhere.',
    ],
    [
      { code: 'machine-of-service', trouble: 'impaired', forMs: 10 * minute, tasks: 1, why: 'none-may-miss' },
      'A machine has been impaired for 10 min, with 1 task of this service. ECS leaves them there. Its minimumHealthyPercent allows no task to miss, so nothing is stopped. End the machine, or stop its tasks by hand, so that ECS starts others elsewhere.',
    ],
    [
      { code: 'machine-of-service-waits', trouble: 'on fire', forMs: 10 * minute, tasks: 1, why: 'paused' },
      'A machine has been in trouble for 10 min, with 1 task of this service. The service is paused: nothing is stopped.',
    ],
    [
      { code: 'host-stop', trouble: 'disconnected', forMs: 10 * minute },
      'The agent of a machine has been disconnected for 10 min: stopped, so that ECS starts another elsewhere. Its containers end once the agent is back, if they still run.',
    ],
    [
      { code: 'redeploy', atMs: null },
      'AWS stops tasks of this service soon, to renew their hosts. It is deployed once more as it is, so that none of them is left by then.',
    ],
    [
      { code: 'redeploy-planned', atMs: now + day, opensAtMs: now },
      'AWS stops tasks of this service from 2026-11-24 02:10 UTC on, to renew their hosts. It is deployed once more as it is when the window of heal.retirement opens, at 2026-11-23 02:10 UTC.',
    ],
    [
      { code: 'redeploy-waits', why: 'paused' },
      'The deployment before AWS’s day waits: the service is paused.',
    ],
    [
      { code: 'redeploy-not', atMs: null, why: 'too-late' },
      'AWS stops tasks of this service soon, to renew their hosts. No window of heal.retirement is left before that: ECS replaces them itself.',
    ],
  ])('%j', (reason, sentence) => {
    expect(explain(reason)).toBe(sentence)
  })
})
