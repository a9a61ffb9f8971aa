/** What a command says that reaches AWS and is not told where. */
export const noRegion = 'no AWS Region is set. Set AWS_REGION, or a region in ~/.aws/config.'

/** The SDK has no name of its own for it. */
export const isRegionMissing = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Region is missing'
