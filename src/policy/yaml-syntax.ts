import type { ErrorCode } from 'yaml'

/** What the YAML library's errors mean for someone who writes longshore.yml. Its own messages are never shown: they can repeat what stands there. */

const quotes = 'Put the text in quotes.'

const sentences: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'a * that begins a value is a YAML alias. Write "*" in quotes.',
  BAD_DQ_ESCAPE: 'a \\ in double quotes begins an escape, and this one does not exist. Use single quotes.',
  BAD_INDENT: 'the indentation fits nothing above. Indent it like its neighbours.',
  BAD_SCALAR_START: `a value cannot begin with this character. ${quotes}`,
  BLOCK_AS_IMPLICIT_KEY: `a second key begins inside a value. Indent it like its neighbours; if it is a text with ": " in it, put it in quotes.`,
  BLOCK_IN_FLOW: 'between { } or [ ] the entries are separated by commas.',
  KEY_OVER_1024_CHARS: 'a key of more than 1,024 characters.',
  MULTILINE_IMPLICIT_KEY: 'a key without a value. Write it as key: value, in one line.',
  MULTIPLE_DOCS: 'a second document begins. Only one is read: remove the --- line.',
  NON_STRING_KEY: 'a key must be a word.',
  RESOURCE_EXHAUSTION: 'nested too deeply.',
  TAB_AS_INDENT: 'a tab in the indentation. Write spaces.',
  UNEXPECTED_TOKEN: `this does not belong here. A text with { } [ ] , # or ": " in it needs quotes.`,
}

export function syntaxSentence({ code, message }: { code: ErrorCode; message: string }): string {
  const bracket = /end with an? ([\]}])$/.exec(message)?.[1]
  if (bracket) return `${bracket === '}' ? '{' : '['} is not closed. Write ${bracket} where it ends.`
  if (code === 'MISSING_CHAR')
    return /closing .quote/.test(message)
      ? 'a quote is not closed.'
      : 'a key without a value. Write it as key: value, with a colon and a space.'
  return sentences[code] ?? `no YAML from here on (${code}).`
}
