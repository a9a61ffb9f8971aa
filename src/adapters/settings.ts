import type { ECSClientConfig } from '@aws-sdk/client-ecs'

/** How the adapters reach AWS. Everything is an argument: nothing here reads the environment. */
export interface AwsSettings {
  /** Default: the SDK's chain (`AWS_REGION`, then the profile's). Lambda is given its own. */
  region?: string
  /** Another face of AWS: the world on loopback, an emulator. Default: the Region's own. */
  endpoint?: string
  /** Default: the SDK's chain (in Lambda, the function's role). */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  /** The first attempt included. Default 3. */
  maxAttempts?: number
  /** For tests that do not want to wait. Default: the SDK's standard strategy, exponential with jitter. */
  retryStrategy?: ECSClientConfig['retryStrategy']
  /** Milliseconds; default 1,000. */
  connectTimeoutMs?: number
  /** Whole request, milliseconds; default 3,000. */
  requestTimeoutMs?: number
}

/**
 * What every SDK client is built with. Three attempts of four seconds at most end well inside a function's 30 s.
 * Standard rather than adaptive retry: the adaptive limiter holds one rate for a whole client, so that a throttled
 * UpdateService would slow the reads too; the ledger's own back-off is the outer loop.
 */
export function clientSettings(settings: AwsSettings) {
  return {
    ...(settings.region === undefined ? {} : { region: settings.region }),
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
    ...(settings.retryStrategy === undefined ? {} : { retryStrategy: settings.retryStrategy }),
    maxAttempts: settings.maxAttempts ?? 3,
    retryMode: 'standard',
    userAgentAppId: 'longshore',
    requestHandler: {
      connectionTimeout: settings.connectTimeoutMs ?? 1_000,
      requestTimeout: settings.requestTimeoutMs ?? 3_000,
      // Without it the SDK only logs a warning and waits on.
      throwOnRequestTimeout: true,
    },
  }
}
