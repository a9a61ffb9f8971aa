import * as z from 'zod'
import { refusal, type Verbs, verb } from './wire-verb.ts'

/** Every parameter is a SecureString: without decryption its value is unreadable. */
export const ssmVerbs = (parameters: ReadonlyMap<string, string>): Verbs => ({
  GetParameter: verb(
    'ValidationException',
    z.object({ Name: z.string(), WithDecryption: z.boolean().default(false) }),
    async ({ Name, WithDecryption }) => {
      const value = parameters.get(Name)
      if (value === undefined) return refusal('ParameterNotFound', `Parameter ${Name} not found.`)
      const Value = WithDecryption ? value : Buffer.from('encrypted').toString('base64')
      return { body: { Parameter: { Name, Type: 'SecureString', Value, Version: 1, DataType: 'text' } } }
    },
  ),
})
