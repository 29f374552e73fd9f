import * as contract from '../contract/index.ts'
import { loginProblems, type Operation } from '../openapi/operation.ts'

/** The rows of these routes in the OpenAPI document. */
export const siteOperations = {
  'PATCH /api/admin': {
    id: 'changeSite',
    tag: 'site',
    summary: 'Change the settings of the site',
    description:
      'Changes the settings that are sent. They hold in each chatroom that has not set its own. For admins.',
    body: contract.siteSettingsBody,
    example: { approval: 'newcomers' },
    bearer: true,
    status: 200,
    answer: contract.admin,
    problems: [...loginProblems, 'not-allowed'],
  },
} as const satisfies Record<string, Operation>
