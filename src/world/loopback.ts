import type { Server } from 'node:http'

/** A server that listens on this machine alone. */
export interface Open {
  /** `http://127.0.0.1:4510` */
  endpoint: string
  /** Ends also what still waits for an answer. */
  close(): Promise<void>
}

/** `port` 0 is a free one. Rejects when it is taken. */
export async function openOnLoopback(server: Server, port = 0): Promise<Open> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
