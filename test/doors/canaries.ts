/**
 * Secrets that are nobody's. `shaped` ones look like what they are and are known by it; `plain` ones could be any word, and
 * are known only because the task was given them.
 */

// Put together here so that no scanner takes them for real ones.
const shapes = {
  accessKey: (n: string) => `AKIA${'CANARY'}${n}EXAMPLE`,
  slackToken: (n: string) => `xoxb-${'31337'}-canary-${n}-abcdef`,
  githubToken: (n: string) => `ghp_${'canary'}${n}0123456789abcdef`,
  webToken: (n: string) => `eyJ${'hbGciOiJIUzI1NiJ9'}.${`canary${n}`}.c2lnbmF0dXJl`,
  password: (n: string) => `canary-${n}-hunter2`,
  privateKey: (n: string) => `MIIEcanary${n}`,
}
type Shape = keyof typeof shapes

/** How each shape is written where it gives itself away. */
const written: Record<Shape, (secret: string, n: number) => string> = {
  accessKey: secret => `credentials ${secret} were refused`,
  slackToken: secret => `posting with ${secret}`,
  githubToken: secret => `clone of ${secret}@github.example.com`,
  webToken: secret => `Authorization: Bearer ${secret}`,
  password: (secret, n) =>
    [
      `password=${secret}`,
      `postgres://app:${secret}@db.internal/app`,
      `--api-key ${secret}`,
      `{"DB_SECRET":"${secret}"}`,
    ][n % 4] ?? '',
  privateKey: secret => `-----BEGIN RSA PRIVATE KEY----- ${secret}`,
}

export interface Canaries {
  /** A text of every shape, for this place. */
  shaped(place: string): string
  /** A value without a shape, for this place. */
  plain(place: string): string
  /** Every secret handed out, with its place. */
  all: ReadonlyMap<string, string>
}

export function createCanaries(): Canaries {
  const all = new Map<string, string>()
  let number = 0
  const next = (place: string, secretOf: (n: string) => string): string => {
    const secret = secretOf(String(++number).padStart(4, '0'))
    all.set(secret, place)
    return secret
  }
  return {
    all,
    plain: place => next(place, n => `quiet-${n}-value`),
    shaped: place =>
      (Object.keys(shapes) as Shape[])
        .map(shape => written[shape](next(`${place} (${shape})`, shapes[shape]), number))
        .join('; '),
  }
}

/** The places whose secrets stand in the text, each once. */
export const told = (canaries: Canaries, text: string): string[] =>
  [...canaries.all]
    .filter(([secret]) => text.includes(secret))
    .map(([secret, place]) => `${place}: ${secret}`)
