import { describe, expect, it } from 'vitest'
import { shortened, singleLine, slackText, withQuotaLinks } from '../../src/voice/escape.ts'

describe('slackText', () => {
  it.each([
    { name: 'plain words', text: 'Task 1f2e ran out of memory.', shown: 'Task 1f2e ran out of memory.' },
    { name: 'the three characters', text: 'a & b < c > d', shown: 'a &amp; b &lt; c &gt; d' },
    { name: 'a channel mention', text: '<!channel> help', shown: '&lt;!channel&gt; help' },
    { name: 'everyone and here', text: '<!everyone><!here>', shown: '&lt;!everyone&gt;&lt;!here&gt;' },
    { name: 'a user mention', text: '<@U012AB3CD>', shown: '&lt;@U012AB3CD&gt;' },
    { name: 'a user group', text: '<!subteam^S01|ops>', shown: '&lt;!subteam^S01|ops&gt;' },
    {
      name: 'a disguised link',
      text: '<https://evil.example|console.aws.amazon.com>',
      shown: '&lt;https://evil.example|console.aws.amazon.com&gt;',
    },
    {
      name: 'an entity typed by hand stays what was typed',
      text: '&lt;!channel&gt;',
      shown: '&amp;lt;!channel&amp;gt;',
    },
    { name: 'nothing', text: '', shown: '' },
  ])('$name', ({ text, shown }) => {
    expect(slackText(text, 3_000)).toBe(shown)
  })

  it.each([
    { name: 'exactly the limit stays whole', text: 'abcde', limit: 5, shown: 'abcde' },
    { name: 'one over is cut for the ellipsis', text: 'abcdef', limit: 5, shown: 'abcd…' },
    { name: 'the limit counts what is sent', text: '<<<', limit: 12, shown: '&lt;&lt;&lt;' },
    { name: 'an entity is never cut in two', text: 'ab&&', limit: 9, shown: 'ab&amp;…' },
    { name: 'an entity that does not fit is left out', text: '&&', limit: 5, shown: '…' },
  ])('cut: $name', ({ text, limit, shown }) => {
    expect(slackText(text, limit)).toBe(shown)
  })
})

describe('shortened', () => {
  it.each([
    { name: 'a pair that fits', text: 'ab🚢', limit: 4, shown: 'ab🚢' },
    { name: 'a pair at the edge is left out, not halved', text: 'ab🚢c', limit: 4, shown: 'ab…' },
    { name: 'a pair before the edge is kept', text: 'a🚢bc', limit: 4, shown: 'a🚢…' },
    { name: 'only pairs', text: '🚢🚢🚢', limit: 5, shown: '🚢🚢…' },
    { name: 'no escaping here', text: 'a<b', limit: 3, shown: 'a<b' },
  ])('$name', ({ text, limit, shown }) => {
    expect(shortened(text, limit)).toBe(shown)
  })
})

describe('singleLine', () => {
  it.each([
    { name: 'line ends', text: 'one\ntwo\r\nthree\u2028four', shown: 'one two three four' },
    { name: 'runs of blanks and tabs', text: '  a \t\t b  ', shown: 'a b' },
    { name: 'a terminal escape', text: '\u001b[2Jgone', shown: '[2Jgone' },
    { name: 'a bell and a null', text: 'a\u0007b\u0000c', shown: 'a b c' },
    { name: 'a reversed reading direction', text: 'exe\u202egpj', shown: 'exegpj' },
    { name: 'a half surrogate pair', text: 'a\ud83db', shown: 'a\u{fffd}b' },
    { name: 'a whole surrogate pair', text: 'a🚢b', shown: 'a🚢b' },
    { name: 'joined emoji', text: '👩‍🔧', shown: '👩‍🔧' },
    { name: 'only white space', text: ' \n ', shown: '' },
  ])('$name', ({ text, shown }) => {
    expect(singleLine(text)).toBe(shown)
  })
})

describe('links', () => {
  const page = 'https://eu-west-1.console.aws.amazon.com/servicequotas/home/services/fargate/quotas'
  it.each([
    [`Raise the quota at ${page}, then`, `Raise the quota at <${page}>, then`],
    [
      'https://console.amazonaws.cn/servicequotas/home.',
      '<https://console.amazonaws.cn/servicequotas/home>.',
    ],
    ['https://evil.example/servicequotas/home', 'https://evil.example/servicequotas/home'],
    [
      'https://console.aws.amazon.com.evil.example/servicequotas/home',
      'https://console.aws.amazon.com.evil.example/servicequotas/home',
    ],
    [
      'https://evil.example/?console.aws.amazon.com/servicequotas/home',
      'https://evil.example/?console.aws.amazon.com/servicequotas/home',
    ],
    ['https://console.aws.amazon.com/iam/home', 'https://console.aws.amazon.com/iam/home'],
    [
      'https://x.console.aws.amazon.com/servicequotas/a|b',
      '<https://x.console.aws.amazon.com/servicequotas/a>|b',
    ],
  ])('%s', (text, expected) => {
    expect(withQuotaLinks(text)).toBe(expected)
  })
})
