import { describe, expect, it } from 'vitest'
import { recording } from '../../scripts/recording.ts'
import { readPolicy } from '../../src/policy/read.ts'
import { filesIn, textOf } from '../house/house.ts'

const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesIn('docs', '.md')]

const blocks = (page: string, language: string): string[] =>
  [...textOf(page).matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, code = '']) => code,
  )

describe('what the documents say', () => {
  it('every policy in them is fit to be deployed', () => {
    const policies = pages.flatMap(page => blocks(page, 'yaml').map(code => ({ page, code })))
    expect(policies.length).toBeGreaterThan(0)
    for (const { page, code } of policies.filter(({ code }) => code.startsWith('version:')))
      expect(readPolicy(code, page), page).toMatchObject({ ok: true })
  })

  it('every script they name exists', () => {
    const { scripts } = JSON.parse(textOf('package.json'))
    for (const page of pages)
      for (const [, script = ''] of textOf(page).matchAll(/npm run (?:-s )?([a-z:]+)/g))
        expect(scripts, `${page}: npm run ${script}`).toHaveProperty([script])
  })

  it('every page and picture they point at is there', () => {
    const files = new Set([
      ...filesIn('docs', ''),
      ...filesIn('src', ''),
      ...filesIn('test', ''),
      'longshore.yml',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      'docs/decisions',
    ])
    for (const page of pages)
      for (const [, link = ''] of textOf(page).matchAll(/\]\(([^)#:]+)\)/g)) {
        const folder = page.includes('/') ? page.slice(0, page.lastIndexOf('/') + 1) : ''
        const path = new URL(link, `file:///${folder}`).pathname.slice(1)
        expect(files, `${page}: ${link}`).toContain(path)
      }
  })

  it('the recording is what the demo tells today', async () => {
    expect(textOf('docs/demo.svg')).toBe(await recording())
  })
})
