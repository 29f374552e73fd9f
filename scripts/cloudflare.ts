import { wrangler } from './wrangler.ts'

/** Returns the names of the secrets of the deployed Worker. Undefined if it isn't there, or can't be asked. */
export const remoteSecrets = async (): Promise<string[] | undefined> => {
  const { code, stdout } = await wrangler(['secret', 'list', '--format', 'json'], {
    output: 'return',
    hidesErrors: true,
  })
  if (code !== 0) return undefined
  const secrets: { name: string }[] = JSON.parse(stdout)
  return secrets.map(({ name }) => name)
}
