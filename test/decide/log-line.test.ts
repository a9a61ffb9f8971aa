import { describe, expect, it } from 'vitest'
import { lineMax, tellableLines } from '../../src/model/log-line.ts'

const told = (...lines: string[]) => tellableLines(lines)

describe('what an application says is told', () => {
  it.each([
    ['Error: connect ECONNREFUSED 10.0.3.7:5432'],
    ['    at Object.<anonymous> (/usr/src/app/node_modules/express/lib/router/index.js:47:12)'],
    ['request 0b9f5f0e-1c1f-4b4a-9a55-0d2f6e3f7a11 failed'],
    ['java.lang.IllegalStateException: Cannot load configuration class com.shop.PaymentConfiguration2'],
    ["KeyError: 'FEATURE_CHECKOUT_V2_ENABLED_FOR_ALL_CUSTOMERS'"],
    ['2026-11-23T09:00:00.123456789Z listening on 0.0.0.0:8080'],
    ['panic: runtime error: invalid memory address or nil pointer dereference'],
    ['exec /usr/local/bin/docker-entrypoint.sh: exec format error'],
  ])('%s', line => {
    expect(told(line)).toEqual([line.trim()])
  })
})

describe('what it should not have said is not', () => {
  it.each([
    ['password=hunter2 for user shop', 'hunter2'],
    ['connecting to postgres://shop:hunter2@db/shop', 'hunter2'],
    ['{"apiKey":"hunter2hunter2"}', 'hunter2hunter2'],
    ['Authorization: Bearer abcdefghijklmnop', 'abcdefghijklmnop'],
    ['key AKIAIOSFODNN7EXAMPLE is not valid', 'AKIAIOSFODNN7EXAMPLE'],
    ['signed with wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'wJalrXUtnFEMI'],
    ['session 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b is over', '9f86d081884c7d65'],
    ['token rejected: dGhpcyBpcyBhIHNlY3JldCB0b2tlbg==', 'dGhpcyBp'],
    ['got sk-proj-abcdefghij0123456789', 'abcdefghij0123456789'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln is expired', 'eyJzdWIi'],
    ['DATABASE_PASSWORD: hunter2', 'hunter2'],
    ['\u001b[31mpassword=\u001b[0mhunter2', 'hunter2'],
  ])('%s', (line, secret) => {
    const [first] = told(line)
    expect(first).toContain('[redacted]')
    expect(first).not.toContain(secret)
  })

  it('a private key, wherever the lines begin or end', () => {
    const body = ['MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', 'short/line+1=']
    const begins = '-----BEGIN RSA PRIVATE KEY-----'
    const ends = '-----END RSA PRIVATE KEY-----'
    expect(told('before', begins, ...body, ends, 'after')).toEqual(['before', '[redacted]', 'after'])
    expect(told(begins, ...body)).toEqual(['[redacted]'])
    expect(told('MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', ends, 'after')).toEqual(['[redacted]', 'after'])
  })

  it('values that are known', () => {
    expect(tellableLines(['cannot log in as shop with Tr0ub4dor'], ['Tr0ub4dor'])).toEqual([
      'cannot log in as shop with [redacted]',
    ])
  })
})

describe('a line is a line', () => {
  it('without colours, line ends, terminal titles and blank ones', () => {
    expect(
      told('\u001b[1;31mfatal\u001b[0m: no\r\n', '', '  \t ', '\u001b]0;title\u0007one\u0000two'),
    ).toEqual(['fatal: no', 'one two'])
  })

  it(`of at most ${lineMax} characters`, () => {
    const [line = ''] = told('ab '.repeat(1_000))
    expect(line.length).toBeLessThanOrEqual(lineMax)
    expect(line.endsWith('…')).toBe(true)
  })

  it('however long it is, in no time', () => {
    for (const hostile of ['-a'.repeat(200_000), 'A1a/'.repeat(200_000), '\u001b]'.repeat(200_000)])
      expect(told(hostile).length).toBeLessThanOrEqual(1)
  })
})
