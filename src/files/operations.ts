import * as contract from '../contract/index.ts'
import { type Operation, posterProblems } from '../openapi/operation.ts'

/** The rows of these routes in the OpenAPI document. */
export const filesOperations = {
  'POST /chatroom/:name/file': {
    id: 'uploadFile',
    tag: 'files',
    summary: 'Upload a file',
    description:
      'Stores the body as a file, for a message that you send after it. Position and other metadata are removed from pictures. A file that no message names is removed after a day. With an `Idempotency-Key` it is safe to repeat the request.',
    params: contract.chatroomParams,
    query: contract.uploadQuery,
    headers: contract.uploadHeaders,
    takesBytes: true,
    bearer: true,
    status: 201,
    answer: contract.file,
    answerHeaders: ['Location', 'Idempotent-Replayed'],
    problems: [
      ...posterProblems.filter((type) => !['link-too-soon', 'mention-too-soon'].includes(type)),
      'files-not-enabled',
      'length-required',
      'file-too-large',
      'unsupported-media-type',
      'file-damaged',
      'file-blocked',
      'idempotency-key-reused',
      'upload-limit',
    ],
  },
  'GET /file/:id/:fileName': {
    id: 'readFile',
    tag: 'files',
    summary: 'Read a file',
    description:
      'Returns the bytes of a file, or the part that a `Range` header asks for. Take the URL from the message: in a chatroom that only members read it is signed, and ends within an hour. An admin may read every file. Pictures and sound are shown in place, everything else is a download.',
    params: contract.fileParams,
    query: contract.fileQuery,
    bearer: true,
    status: 200,
    hasParts: true,
    answerType: '*/*',
    answerHeaders: ['ETag'],
    problems: [
      'invalid-request',
      'files-not-enabled',
      'file-not-found',
      'range-not-satisfiable',
      'unavailable',
    ],
    offline: true,
  },
} as const satisfies Record<string, Operation>
