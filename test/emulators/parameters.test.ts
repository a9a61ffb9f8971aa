import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { clientSettings } from '../../src/adapters/settings.ts'
import { createParameters } from '../../src/adapters/ssm.ts'
import { parametersContract } from '../contracts/ssm.contract.ts'
import { rent } from './harness.ts'

parametersContract('the adapter', async () => {
  const { front, settings } = await rent()
  const client = new SSMClient(clientSettings(settings))
  return {
    parameters: clock => createParameters(settings, clock),
    put: async (Name, Value) => {
      await client.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }))
    },
    calls: () => front.calls.filter(({ operation }) => operation === 'ssm:GetParameter').length,
    close: front.close,
  }
})
