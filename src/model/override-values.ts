import { namesSecret } from './redaction.ts'

/**
 * The values of a task's overrides that must not come back in any text: AWS repeats in its errors and stop reasons what it
 * was given. Reads the shape of events and of the API; whatever is odd about it is passed over.
 */
export function overrideValues(overrides: unknown): string[] {
  const values = new Set<string>()
  for (const container of listOf(membersOf(overrides).containerOverrides)) {
    const { environment, command } = membersOf(container)
    for (const variable of listOf(environment)) {
      const { name, value } = membersOf(variable)
      if (typeof value !== 'string') continue
      const isNamed = typeof name === 'string' && namesSecret(name)
      if (isNamed ? value.length >= 4 : couldBeSecret(value)) values.add(value)
      const password = passwordIn(value)
      if (password !== null) values.add(password)
    }
    for (const word of argumentsOf(command)) if (couldBeSecret(word)) values.add(word)
  }
  return [...values]
}

/** Every word but the program's own name, which is what `executable file not found` is about; and each element whole. */
function argumentsOf(command: unknown): string[] {
  const elements = listOf(command).filter(element => typeof element === 'string')
  const [, ...words] = elements.flatMap(element => element.split(/\s+/))
  return [...words, ...elements.filter(element => /\s/.test(element)), ...elements.slice(1)]
}

/**
 * Words in which AWS tells why a task stopped. Were one taken out because an override happens to say it too, the cause could
 * no longer be found, and the task would not be run again.
 */
const reasonWords = new Set(
  'authentication authorization cloudwatch connection constraint constraints deployment deregistration executable infrastructure initialize initialization interrupted interruption maintenance performing permission permissions provisioning scheduler terminated termination toomanyrequests transition unauthorized unavailable underlying'.split(
    ' ',
  ),
)

const isReasonWord = (value: string): boolean =>
  reasonWords.has(value.toLowerCase()) || /^[a-z]*(error|exception)$/i.test(value)

/** Short words, plain ones and regions are what reasons are made of: taking them out would hide the reason, and no secret. */
export const couldBeSecret = (value: string): boolean =>
  /^[a-z]+$/i.test(value)
    ? value.length >= 10 && !isReasonWord(value)
    : value.length >= 6 && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(value)

function passwordIn(value: string): string | null {
  const password = URL.parse(value)?.password ?? ''
  return password.length >= 4 ? password : null
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

const membersOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}
