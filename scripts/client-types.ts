/**
 * `npm run prepare`: writes the type declarations of the client library to `dist/types`. Those of the contract are made from the OpenAPI
 * document, because zod's types would make zod a dependency of every page that uses the client.
 */
import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { schemaTypes } from './schema-types.ts'

/** The packed files that take types from the contract. */
const files = ['client', 'error', 'types']
const imported = /\{([^}]*)\} from '\.\.\/contract\/index\.ts'/g

/** Returns the names of the types that the packed files take from the contract. */
const importedNames = async (): Promise<string[]> => {
  const texts = await Promise.all(files.map((file) => readFile(`dist/types/client/${file}.d.ts`, 'utf8')))
  return texts.flatMap((text) =>
    Array.from(text.matchAll(imported), ([, names = '']) =>
      names.split(',').map((name) => name.trim()),
    ).flat(),
  )
}

/** Returns the types of the contract that the packed files use, and those that these refer to. */
const declarations = async (): Promise<string> => {
  const { components } = JSON.parse(await readFile('public/openapi.json', 'utf8'))
  const names = (await importedNames()).map((name) => (name === 'ProblemBody' ? 'Problem' : name))
  return `${schemaTypes(components.schemas, names)}export type ProblemBody = Problem\n`
}

if (import.meta.main) {
  const options = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--rootDir', 'src']
  const { status } = spawnSync('tsc', ['-p', 'src/client', ...options, '--outDir', 'dist/types'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status === 0) await writeFile('dist/types/contract/index.d.ts', await declarations())
  else process.exitCode = 1
}
