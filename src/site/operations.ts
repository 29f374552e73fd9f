import * as contract from '../contract/index.ts'
import { loginProblems, type Operation } from '../openapi/operation.ts'

const common = {
  tag: 'site',
  bearer: true,
  status: 200,
  answer: contract.admin,
  problems: [...loginProblems, 'not-allowed'],
} as const

/** The rows of these routes in the OpenAPI document. */
export const siteOperations = {
  'GET /api/admin': {
    ...common,
    id: 'getAdmin',
    summary: 'Show the site',
    description: 'Returns the settings of the site. For admins.',
  },
  'PATCH /api/admin': {
    ...common,
    id: 'changeSite',
    summary: 'Change the settings of the site',
    description:
      'Changes the settings that are sent. They hold in each chatroom that has not set its own. For admins.',
    body: contract.siteSettingsBody,
    example: { approval: 'newcomers' },
  },
} as const satisfies Record<string, Operation>
