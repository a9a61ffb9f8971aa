import { recordsOf } from './cloud-map-rights.ts'
import { distinct } from './pattern-lists.ts'
import type { Policy } from './policy.ts'
import { serviceRole } from './service-role.ts'
import { arn, refusal, right, type Statement } from './statement.ts'
import { taskRole } from './task-role.ts'

/** What the functions may touch: what the policy names, what its mode allows, and no more. Read by stack/roles.yml. */
export interface Rights {
  service: Statement[]
  task: Statement[]
  notify: Statement[]
}

export type RightsAnswer =
  | {
      ok: true
      rights: Rights
      /** Lists that would be longer than IAM takes and are covered as a whole: one sentence each. */
      widened: string[]
    }
  | { ok: false; sentence: string }

export function rightsOf(policy: Policy): RightsAnswer {
  const service = serviceRole(policy)
  const task = taskRole(policy)
  if (!service) return tooMany(policy.services, 0)
  if (!task) return tooMany(policy.tasks, recordsOf(policy).whole.length)
  return {
    ok: true,
    rights: { service: service.statements, task: task.statements, notify: slackRights(policy) },
    widened: [...service.widened, ...task.widened],
  }
}

function tooMany(rules: { match: { cluster: string } }[], namespaces: number): RightsAnswer {
  const count = distinct(rules.map(({ match }) => match.cluster)).length
  const clusters = count === 1 ? '1 cluster' : `${count} clusters`
  const counted = namespaces > 1 ? `${clusters} and ${namespaces} namespaces` : clusters
  return {
    ok: false,
    sentence: `${counted} are more than one role can name. Use wildcards, such as prod-*, or a stage for each part.`,
  }
}

function slackRights(policy: Policy): Statement[] {
  const name = policy.slack?.tokenParameter ?? policy.slack?.webhookParameter
  if (!name) return [refusal('ReadSlackSecret', ['ssm:GetParameter'])]
  const parameter = arn('ssm', `parameter/${name.replace(/^\//, '')}`)
  return [
    ...right('ReadSlackSecret', ['ssm:GetParameter'], [parameter]),
    // Whichever key the parameter was stored with, for nothing but this parameter.
    ...right('DecryptSlackSecret', ['kms:Decrypt'], [arn('kms', 'key/*')], {
      StringEquals: {
        'kms:ViaService': { 'Fn::Sub': `ssm.\${AWS::Region}.\${AWS::URLSuffix}` },
        'kms:EncryptionContext:PARAMETER_ARN': parameter,
      },
    }),
  ]
}
