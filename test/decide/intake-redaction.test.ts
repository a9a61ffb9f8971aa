import { describe, expect, it } from 'vitest'
import { redact, tellable } from '../../src/model/redaction.ts'

// Put together here so that no scanner takes them for real ones.
const accessKey = `AKIA${'IOSFODNN7EXAMPLE'}`
const slackToken = `xoxb-${'123456789012-abcdefghijkl'}`
const githubToken = `ghp_${'a1B2c3D4e5F6g7H8i9J0k1L2'}`
const webToken = `eyJ${'hbGciOiJIUzI1NiJ9'}.${'eyJzdWIiOiIxIn0abc'}.${'c2lnbmF0dXJl'}`
const googleKey = `AIza${'SyA1234567890abcdefghijklmnopqrstuv'}`
const stripeKey = `sk_live_${'4eC39HqLyjWDarjtT1zdp7dc'}`
const gitlabToken = `glpat-${'xxxxxxxxxxxxxxxxxxxx'}`
const npmToken = `npm_${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'}`
const slackAppToken = `xapp-${'1-A0123-456-abcdef'}`
const rotatingToken = `xoxe.xoxp-${'1-Mi0yLTEyMzQ1Njc4OTA'}`

describe('what looks like a secret is taken out', () => {
  const rows: [what: string, text: string, kept: string][] = [
    [
      'credentials in an address',
      'GET https://user:p4ss@example.com/x',
      'GET https://[redacted]@example.com/x',
    ],
    ['a user name alone', 'amqps://user@mq.internal', 'amqps://[redacted]@mq.internal'],
    ['an access key', `key ${accessKey} is not valid`, 'key [redacted] is not valid'],
    ['an assignment', 'DB_PASSWORD=hunter2 missing', 'DB_PASSWORD=[redacted] missing'],
    [
      'a secret access key',
      'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG',
      'aws_secret_access_key = [redacted]',
    ],
    ['JSON', '{"api_key":"abc123","n":1}', '{"api_key":"[redacted]","n":1}'],
    ['a colon', 'password: hunter2', 'password: [redacted]'],
    ['an option', 'run --token abc123 --verbose', 'run --token [redacted] --verbose'],
    ['a bearer', 'Authorization: Bearer abcdef123456', 'Authorization: Bearer [redacted]'],
    ['a Slack token', `posting with ${slackToken}`, 'posting with [redacted]'],
    [
      'a Slack webhook',
      'https://hooks.slack.com/services/T0/B0/abc',
      'https://hooks.slack.com/services/[redacted]',
    ],
    ['a GitHub token', `clone with ${githubToken}`, 'clone with [redacted]'],
    ['a web token', `sent ${webToken}`, 'sent [redacted]'],
    [
      'a signed address',
      'https://b.s3.amazonaws.com/k?X-Amz-Date=1&X-Amz-Signature=ab12',
      'https://b.s3.amazonaws.com/k?X-Amz-Date=[redacted]&X-Amz-Signature=[redacted]',
    ],
    [
      'a private key',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- end',
      '[redacted] end',
    ],
    ['a password with a slash', 'pg://u:p/4@ss@db/x', 'pg://[redacted]@db/x'],
    ['an authorization of its own kind', 'Authorization: Token0123456789', 'Authorization: [redacted]'],
    ['a web token cut off', `sent ${webToken.slice(0, 24)}`, 'sent [redacted]'],
    ['an access key after an underscore', `id_${accessKey}`, 'id_[redacted]'],
    ['a Google key', `key ${googleKey}`, 'key [redacted]'],
    ['a Stripe key', `key ${stripeKey}`, 'key [redacted]'],
    ['a GitLab token', `key ${gitlabToken}`, 'key [redacted]'],
    ['an npm token', `key ${npmToken}`, 'key [redacted]'],
    ['a Slack app token', `key ${slackAppToken}`, 'key [redacted]'],
    ['a rotating Slack token', `key ${rotatingToken}`, 'key [redacted]'],
    ['a pass phrase', 'passphrase: hunter2', 'passphrase: [redacted]'],
    ['a private key cut off', '-----BEGIN PRIVATE KEY-----\nMIIE', '[redacted]'],
  ]
  it.each(rows)('%s', (_what, text, kept) => {
    expect(redact(text)).toBe(kept)
    expect(redact(redact(text))).toBe(kept)
  })
})

describe('what explains a stop stays', () => {
  it.each([
    "ResourceInitializationError: can't retrieve the secret with ARN arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf",
    'unable to retrieve secret: ResourceNotFoundException: not there',
    'unable to pull secrets or registry auth: execution resource retrieval failed',
    'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/ccb1c7ee670051a0)',
    'authorization token has expired',
    'Scaling activity initiated by (deployment ecs-svc/4071652839405162738)',
    'sha256:2f0b8e6a4c1d3957b8a6f4e2d0c1b3a5978665544332211000ffeeddccbbaa99',
    'pulling https://registry.example.com:5000/team/app@sha256:2f0b8e6a4c1d3957 failed',
    'Get "https://registry-1.docker.io/v2/": net/http: TLS handshake timeout',
  ])('%s', text => {
    expect(redact(text)).toBe(text)
  })
})

describe('a line to tell', () => {
  it('is one line, cut with an ellipsis that counts', () => {
    expect(tellable('a\n b', 10)).toBe('a b')
    expect(tellable('0123456789', 10)).toBe('0123456789')
    expect(tellable('0123456789x', 10)).toBe('012345678…')
  })
  it('is redacted before it is cut, so that half a secret does not survive', () => {
    expect(tellable('x password=hunter2', 14)).not.toContain('hun')
  })
})

describe('a text made to take forever', () => {
  it.each([
    ['names', 'a_'.repeat(1_000)],
    ['schemes', 'a://'.repeat(500)],
    ['schemes with users', 'a://b:'.repeat(400)],
    ['queries', '?x-amz-'.repeat(300)],
    ['web tokens', 'eyJaaaaaaaa.'.repeat(170)],
    ['private keys', '-----BEGIN PRIVATE KEY-----'.repeat(80)],
    ['options', '--token'.repeat(300)],
    ['spaces', ' '.repeat(2_000)],
  ])('of %s does not', (_, text) => {
    const before = performance.now()
    redact(text)
    expect(performance.now() - before).toBeLessThan(2_000)
  })

  it('is not read to its end for a short line', () => {
    const before = performance.now()
    expect(tellable('a_'.repeat(500_000), 80)).toHaveLength(80)
    expect(performance.now() - before).toBeLessThan(2_000)
  })
})
