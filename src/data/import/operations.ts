import * as contract from '../../contract/index.ts'
import { loginProblems, type Operation } from '../../openapi/operation.ts'

/** The rows of these routes in the OpenAPI document. */
export const importOperations = {
  'GET /api/import': {
    id: 'getImport',
    tag: 'data',
    summary: 'Ask how far an import is',
    description:
      'Returns how many lines of a file are stored, and the names that were changed. Go on with the next line. For admins.',
    query: contract.importStateQuery,
    bearer: true,
    status: 200,
    answer: contract.importAnswer,
    problems: [...loginProblems, 'not-allowed'],
  },
  'POST /api/import': {
    id: 'importLines',
    tag: 'data',
    summary: 'Import lines of an export',
    description:
      'Stores lines of a file that `npm run export` or `npm run convert` wrote, in their order, cut into requests anywhere between lines. A request with a wrong line stores nothing. A repeated request stores nothing twice. The rooms of the file can be seen once its last line is stored. An empty instance becomes the same one: ids, numbers, times and tokens stay. For admins.',
    query: contract.importQuery,
    bodyType: 'application/x-ndjson',
    bearer: true,
    status: 200,
    answer: contract.importAnswer,
    problems: [...loginProblems, 'not-allowed', 'import-conflict'],
  },
  'PUT /api/import/file/:id': {
    id: 'importFile',
    tag: 'data',
    summary: 'Import the bytes of a file',
    description:
      'Stores the body as the bytes of a file that a message of the import has. They must be those that were exported. A repeated request stores nothing twice. Into an instance that was not empty, files come with new ids: docs/data.md. For admins.',
    params: contract.importFileParams,
    query: contract.importFileQuery,
    takesBytes: true,
    bearer: true,
    status: 200,
    answer: contract.importedFile,
    problems: [
      ...loginProblems,
      'not-allowed',
      'files-not-enabled',
      'file-not-found',
      'length-required',
      'file-too-large',
      'file-damaged',
    ],
  },
} as const satisfies Record<string, Operation>
