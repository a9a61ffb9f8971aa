import { fileURLToPath } from 'node:url'
import { build, type Metafile, type Plugin } from 'esbuild'
import { lambdaCredentials, leanSdk } from './lean-sdk.ts'

export const doors = ['service', 'task', 'tick', 'notify'] as const
export type Door = (typeof doors)[number]

const root = fileURLToPath(new URL('..', import.meta.url))

/** No module of ours does anything when it is imported: what nobody uses of it may fall away, its schemas too. */
const pureModules: Plugin = {
  name: 'pure-modules',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^\.\.?\/.*\.ts$/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === 'resolving') return undefined
      const resolved = await resolve(path, { ...from, pluginData: 'resolving' })
      return { ...resolved, sideEffects: false }
    })
  },
}

/**
 * One ESM file per handler with everything in it: `<outdir>/<door>/index.js`, the same bytes from the same sources.
 * `osls invoke local` and Lambda read `.js` as ESM because of the package.json that lies beside it.
 */
export async function bundle(outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(doors.map(door => [`${door}/index`, `handlers/${door}.ts`])),
    outdir,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    // Not newer, so that the bundles also run on nodejs22.x.
    target: 'node22',
    // esbuild's default for node takes the CommonJS builds: 45 % larger bundles.
    mainFields: ['module', 'main'],
    legalComments: 'none',
    plugins: [leanSdk, lambdaCredentials, pureModules],
    metafile: true,
    // A dependency still calls `require`.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  })
  return metafile
}
