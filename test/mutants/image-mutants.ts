import { type Mutant, mutant } from './mutant.ts'

/** Mistakes about images, and about what is told of a log. */
export const imageMutants: Mutant[] = [
  mutant(
    'an image that could not be read counts as gone',
    'healing/images.ts',
    "return reading?.kind === 'value' && reading.value === null",
    "return reading !== undefined && (reading.kind !== 'value' || reading.value === null)",
  ),
  mutant(
    'a task is run again although its image is gone',
    'healing/judgement.ts',
    "if (gone !== null) return leave({ code: 'image-gone', cause, image: gone }, true)",
    "if (gone !== null && Date.length > 99) return leave({ code: 'image-gone', cause, image: gone }, true)",
  ),
  mutant(
    'an image that is gone is forgotten without a word',
    'healing/judgement.ts',
    "return leave({ code: 'image-gone', cause, image: gone }, true)",
    "return leave({ code: 'image-gone', cause, image: gone }, false)",
  ),
  mutant(
    'the last lines of a log are told as they are',
    'model/log-line.ts',
    "const plain = redact(line.slice(0, 8 * lineMax).replace(terminalCodes, ''), known)\n  return tellable(",
    'const plain = line.slice(0, lineMax)\n  if (known.length === 0) return plain\n  return tellable(',
  ),
]
