import { parseArgs } from 'node:util'
import { build } from './distribution.ts'

/**
 * Builds dist/. A policy with a problem ends it with exit code 1, before anything is packaged.
 *
 *     npm run build -- --policy policies/prod.yml --clusters prod,staging
 */

const { values } = parseArgs({
  options: {
    policy: { type: 'string', default: 'longshore.yml' },
    clusters: { type: 'string' },
  },
})
const { ok, text } = await build({
  policy: values.policy,
  clusters: values.clusters?.split(',').map(name => name.trim()) ?? null,
  outdir: 'dist',
})
;(ok ? process.stdout : process.stderr).write(text)
process.exitCode = ok ? 0 : 1
