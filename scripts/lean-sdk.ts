import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/**
 * The SDK's schemas name their keys by constants (`[_cl]: …`), which a bundler must evaluate and so keeps for every operation
 * of a service. Written out as literals they fall away with the operations that nobody calls: EC2 alone is half a megabyte.
 */
export const leanSdk: Plugin = {
  name: 'lean-sdk',
  setup(build) {
    build.onLoad(
      { filter: /@aws-sdk[/\\]client-[^/\\]+[/\\]dist-es[/\\]schemas[/\\]schemas_0\.js$/ },
      async ({ path }) => {
        const source = await readFile(path, 'utf8')
        const literals = new Map(
          [...source.matchAll(/^const (_\w+) = ("[^"\n]*");$/gm)].map(([, name, text]) => [name, text]),
        )
        const contents = source.replace(/\[(_\w+)\]:/g, (whole, name: string) => {
          const literal = literals.get(name)
          return literal === undefined ? whole : `${literal}:`
        })
        return { contents, loader: 'js' }
      },
    )
  },
}

/**
 * Lambda hands a function its role's credentials in the environment, where the SDK's chain looks first. What the chain would
 * look through after that (profiles, SSO, containers, instances) is a sixth of a bundle and never reached.
 */
export const lambdaCredentials: Plugin = {
  name: 'lambda-credentials',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ resolveDir }) => ({
      path: 'environment',
      namespace: 'lambda-credentials',
      pluginData: resolveDir,
    }))
    build.onLoad({ filter: /^environment$/, namespace: 'lambda-credentials' }, ({ pluginData }) => ({
      contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'`,
      resolveDir: pluginData as string,
    }))
  },
}
