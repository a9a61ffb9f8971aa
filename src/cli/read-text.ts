import { readFile, stat } from 'node:fs/promises'

/** Larger than a policy or an event can be; what is larger is some other file. */
const bytesMax = 10_000_000

/** A file's text without its byte order mark, or in one sentence why there is none. `example`: how a right one is named. */
export async function readText(
  path: string,
  example: string,
): Promise<{ text: string } | { problem: string }> {
  try {
    const found = await stat(path)
    if (found.isDirectory()) return { problem: 'this is a folder. Name the file in it.' }
    // A device or a pipe might never end.
    if (!found.isFile()) return { problem: 'this is no file.' }
    if (found.size > bytesMax) return { problem: `the file has more than ${bytesMax / 1_000_000} MB.` }
    return { text: (await readFile(path, 'utf8')).replace(/^\uFEFF/, '') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    if (code === 'ENOENT') return { problem: `no such file. ${example}` }
    return { problem: `the file cannot be read (${code}).` }
  }
}
