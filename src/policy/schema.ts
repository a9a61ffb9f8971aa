import * as z from 'zod'
import { discover } from '../discovery/policy.ts'
import { heal } from '../healing/policy.ts'
import { serviceHeal } from '../healing/services/policy.ts'
import { scale } from '../scaling/policy.ts'
import { mostRules } from './limits.ts'
import { namePattern } from './names.ts'
import type { Policy, ServiceRule, TaskRule } from './policy.ts'
import { slack } from './slack.ts'

/** longshore.yml, the whole of it. docs/policy.md and docs/longshore.schema.json are generated from here. */

const cluster = namePattern('cluster').meta({
  description: 'Name of the cluster; * stands for any run of characters.',
  examples: ['prod'],
})

const serviceRule = z
  .strictObject({
    match: z
      .strictObject({
        cluster,
        service: namePattern('service').meta({
          description: 'Name of the service; * stands for any run of characters.',
          examples: ['checkout', 'worker-*'],
        }),
      })
      .meta({ description: 'The services this rule is for.' }),
    scale: scale
      .optional()
      .meta({ description: 'How many tasks run. Left out: Longshore leaves the count alone.' }),
    heal: serviceHeal.optional().meta({
      description:
        'What happens when its tasks fail again and again, or a deployment comes to no end; heal: {} tells both. ECS itself replaces the tasks. Left out: nobody looks for it.',
    }),
  })
  .transform(({ match, scale, heal }): ServiceRule => ({ match, scale: scale ?? null, heal: heal ?? null }))

const taskRule = z
  .strictObject({
    match: z
      .strictObject({
        cluster,
        family: namePattern('family').meta({
          description: 'Family of the task definition; * stands for any run of characters.',
          examples: ['etl-*'],
        }),
      })
      .meta({ description: 'The standalone tasks this rule is for: those no ECS service looks after.' }),
    heal: heal
      .optional()
      .meta({ description: 'What happens when a task stops. Left out: nothing is run again.' }),
    discover: discover
      .optional()
      .meta({ description: 'Where living tasks are registered in Cloud Map. Left out: nowhere.' }),
  })
  .transform(
    ({ match, heal, discover }): TaskRule => ({
      match,
      heal: heal ?? null,
      discover: discover ?? null,
    }),
  )

export const policySchema = z
  .strictObject({
    version: z
      .literal(1, {
        error: ({ input }) =>
          typeof input === 'number' ? `${input} is not known. This Longshore reads version 1.` : undefined,
      })
      .meta({ description: 'Version of this notation.' }),
    mode: z.enum(['act', 'observe']).meta({
      description: 'observe decides and tells, and changes nothing; act does it. No default: say which.',
    }),
    slack: slack
      .optional()
      .meta({ description: 'Where Longshore tells what it did. Left out: it posts nothing.' }),
    services: z
      .array(serviceRule)
      .max(mostRules)
      .default([])
      .meta({ description: 'Rules for ECS services. The first rule that matches a service holds.' }),
    tasks: z.array(taskRule).max(mostRules).default([]).meta({
      description: 'Rules for families of standalone tasks. The first rule that matches a family holds.',
    }),
  })
  .transform(({ mode, slack, services, tasks }): Policy => ({ mode, slack: slack ?? null, services, tasks }))
  .meta({ title: 'longshore.yml' })
