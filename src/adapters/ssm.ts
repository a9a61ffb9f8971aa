import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { type Answer, answered, refused } from '../model/reading.ts'
import { type Clock, minute } from '../model/time.ts'
import { ask } from './failure.ts'
import { type AwsSettings, clientSettings } from './settings.ts'

/** Secrets by the name under which the owner keeps them. */
export interface Parameters {
  /** Decrypted; at most five minutes old. Failures are not remembered. */
  get(name: string): Promise<Answer<string>>
}

const keptMs = 5 * minute

export function createParameters(settings: AwsSettings, clock: Clock): Parameters {
  const client = new SSMClient(clientSettings(settings))
  const kept = new Map<string, { value: string; untilMs: number }>()
  return {
    get: name =>
      ask('ssm:GetParameter', async () => {
        const known = kept.get(name)
        if (known && clock.now() < known.untilMs) return answered(known.value)
        const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }))
        if (Parameter?.Value === undefined)
          return refused('ssm:GetParameter', 'unavailable', 'AWS answered without a value.')
        kept.set(name, { value: Parameter.Value, untilMs: clock.now() + keptMs })
        return answered(Parameter.Value)
      }),
  }
}
