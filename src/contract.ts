/**
 * Everything on the wire, as zod schemas: the door parses with them, the OpenAPI document is made from them,
 * and clients take their types from them. Imports nothing but zod, so that a browser can have it too.
 */
export * from './contract/answers.ts'
export { chatroomName, messageText, userName } from './contract/fields.ts'
export * from './contract/frames.ts'
export * from './contract/live.ts'
export * from './contract/requests.ts'
