import { expect, it } from 'vitest'
import { mutants } from '../mutants/mutants.ts'
import { textOf } from './house.ts'

/** Whoever rewrites a line finds at once that a deliberate mistake was about it; whether each is found takes `npm run test:mutants`. */
it('the line that a mutant changes stands in its file, once', () => {
  const lost = mutants.flatMap(({ name, changes }) =>
    changes
      .filter(([file, text]) => textOf(`src/${file}`).split(text).length !== 2)
      .map(([file]) => `${name}: src/${file}`),
  )
  expect(lost).toEqual([])
})
